"""The words for letters, fonts, accents and named functions: English, then Korean."""

from __future__ import annotations

Words = tuple[str, str]

COMMANDS: dict[str, Words] = {
    "alpha": ("alpha", "알파"),
    "beta": ("beta", "베타"),
    "gamma": ("gamma", "감마"),
    "delta": ("delta", "델타"),
    "epsilon": ("epsilon", "엡실론"),
    "zeta": ("zeta", "제타"),
    "eta": ("eta", "에타"),
    "theta": ("theta", "세타"),
    "iota": ("iota", "이오타"),
    "kappa": ("kappa", "카파"),
    "lambda": ("lambda", "람다"),
    "mu": ("mu", "뮤"),
    "nu": ("nu", "뉴"),
    "xi": ("xi", "크사이"),
    "pi": ("pi", "파이"),
    "rho": ("rho", "로"),
    "sigma": ("sigma", "시그마"),
    "tau": ("tau", "타우"),
    "upsilon": ("upsilon", "입실론"),
    "phi": ("phi", "피"),
    "chi": ("chi", "카이"),
    "psi": ("psi", "프사이"),
    "omega": ("omega", "오메가"),
    "ell": ("ell", "엘"),
    "top": ("top", "톱"),
    "intercal": ("intercal", "인터칼"),
    "partial": ("partial", "라운드"),
    "infty": ("infinity", "무한대"),
    "dots": ("dot dot dot", "점 점 점"),
    "star": ("star mark", "별표"),
    "dagger": ("dagger", "대거"),
}
"""Letters that have a command for a name."""

COMMANDS |= {f"var{name}": COMMANDS[name] for name in ("epsilon", "theta", "pi", "rho", "sigma", "phi")}
CAPITALS = "gamma delta theta lambda xi pi sigma upsilon phi psi omega".split()  # noqa: SIM905
COMMANDS |= {name.capitalize(): COMMANDS[name] for name in CAPITALS}

ACCENTS: dict[str, Words] = {
    "hat": ("hat", "햇"),
    "widehat": ("wide hat", "넓은 햇"),
    "bar": ("bar", "바"),
    "overline": ("overline", "윗줄"),
    "tilde": ("tilde", "틸데"),
    "widetilde": ("wide tilde", "넓은 틸데"),
    "vec": ("vector", "벡터"),
    "dot": ("with dot above", "윗점"),
    "ddot": ("with two dots above", "윗점 둘"),
    "check": ("check", "체크"),
    "breve": ("breve", "브리브"),
    "acute": ("acute", "애큐트"),
    "grave": ("grave", "그레이브"),
}
"""Marks over a letter, said behind it."""

FONTS: dict[str, Words] = {
    "capital": ("cap", "대문자"),
    "ell": ("script", "필기체"),
    "var": ("variant", "변형"),
    "mathrm": ("upright", "곧은"),
    "mathbf": ("bold", "굵은"),
    "textbf": ("bold", "굵은"),
    "boldsymbol": ("bold italic", "굵은 기울인"),
    "bm": ("bold italic", "굵은 기울인"),
    "mathcal": ("calligraphic", "필기체"),
    "mathscr": ("formal script", "흘림체"),
    "mathbb": ("blackboard bold", "겹줄체"),
    "mathds": ("blackboard bold", "겹줄체"),
    "mathbbm": ("blackboard bold", "겹줄체"),
    "mathit": ("italic", "기울인"),
    "mathsf": ("sans serif", "산세리프"),
    "mathfrak": ("fraktur", "프락투어"),
}
"""Fonts and case, said before a letter, and only where another letter sounds like it."""

MARKS: dict[str, tuple[Words, ...]] = {
    "'": (("prime", "프라임"), ("double prime", "더블 프라임"), ("triple prime", "트리플 프라임")),
    "*": (("star", "스타"),),
    "+": (("plus", "플러스"),),
    "-": (("minus", "마이너스"),),
    "(": (("open parenthesis", "괄호 열고"),),
    ")": (("close parenthesis", "괄호 닫고"),),
    ",": (("comma", "콤마"),),
    "/": (("slash", "슬래시"),),
    "_": (("sub", "아래첨자"),),
    "^": (("superscript", "위첨자"),),
}
"""Signs within a name."""

FUNCTION_NAMES: dict[str, Words] = {
    "softmax": ("softmax", "소프트맥스"),
    "logsoftmax": ("log-softmax", "로그소프트맥스"),
    "logsumexp": ("log-sum-exp", "로그섬엑스프"),
    "sigmoid": ("sigmoid", "시그모이드"),
    "logsigmoid": ("log-sigmoid", "로그시그모이드"),
    "relu": ("ReLU", "렐루"),
    "softplus": ("softplus", "소프트플러스"),
    "erf": ("error function", "오차함수"),
    "sign": ("sign", "부호함수"),
    "sgn": ("sign", "부호함수"),
    "abs": ("abs", "앱솔루트"),
    "sqrt": ("square root", "스퀘어루트"),
    "exp": ("exp", "익스포넨셜"),
    "log": ("log", "로그"),
    "ln": ("natural log", "자연로그"),
    "lg": ("common log", "상용로그"),
    "sin": ("sine", "사인"),
    "cos": ("cosine", "코사인"),
    "tan": ("tangent", "탄젠트"),
    "sinh": ("hyperbolic sine", "하이퍼볼릭 사인"),
    "cosh": ("hyperbolic cosine", "하이퍼볼릭 코사인"),
    "tanh": ("hyperbolic tangent", "하이퍼볼릭 탄젠트"),
    "arcsin": ("arc sine", "아크사인"),
    "arccos": ("arc cosine", "아크코사인"),
    "arctan": ("arc tangent", "아크탄젠트"),
    "round": ("round", "반올림"),
    "tr": ("trace", "트레이스"),
    "diag": ("diagonal", "다이애거널"),
    "layernorm": ("layer norm", "레이어 노름"),
    "rmsnorm": ("RMS norm", "RMS 노름"),
    "attention": ("attention", "어텐션"),
    "feedforward": ("feed-forward", "피드포워드"),
}
"""Functions by name, whether they have a command or are written upright; others are read as they are written."""

BIG_WORDS: dict[str, Words] = {
    "sum": ("sum", "합"),
    "prod": ("product", "곱"),
    "max": ("maximum", "최댓값"),
    "min": ("minimum", "최솟값"),
    "argmax": ("arg max", "아그맥스"),
    "argmin": ("arg min", "아그민"),
    "mean": ("mean", "평균"),
    "expectation": ("expectation", "기댓값"),
    "variance": ("variance", "분산"),
}
"""Signs that run over an index; a maximum of several numbers has the same word."""

FENCE_WORDS: dict[str, Words] = {
    "abs": ("absolute value", "절댓값"),
    "norm": ("norm", "노름"),
    "floor": ("floor", "내림"),
    "ceil": ("ceiling", "올림"),
    "positive": ("positive part", "양의 부분"),
}
"""Bars and the like."""

BRACKET_WORDS: dict[str, Words] = {
    "(": ("parenthesis", "괄호"),
    "[": ("bracket", "대괄호"),
    r"\{": ("brace", "중괄호"),
    r"\langle": ("angle bracket", "꺾쇠괄호"),
    r"\lvert": ("bar", "절댓값 기호"),
    r"\lVert": ("double bar", "이중 막대"),
    r"\lfloor": ("floor", "내림 기호"),
    r"\lceil": ("ceiling", "올림 기호"),
}
"""Printed brackets."""

SEPARATOR_WORDS: dict[str, Words] = {
    ",": ("comma", "콤마"),
    ";": ("semicolon", "세미콜론"),
    ":": ("colon", "콜론"),
    r"\mid": ("given", "기븐"),
    "|": ("given", "기븐"),
    r"\|": ("double bar", "더블 바"),
}
"""What stands between the parts of a list."""
