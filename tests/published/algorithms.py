"""The lines of optimisers' algorithms, with <- for the arrow and | between lines."""

from __future__ import annotations

DOCS = "PyTorch 2.13 documentation, torch.optim."
ARROWS = "several assignments in one formula are not supported yet"
EQUALS = "= for the arrows, of which texsor reads one a formula; a name of its own for what is assigned twice"
DECAYED = r"g'_t <- g_t + \lambda \theta_{t-1}"
MOMENTS = r" | m_t <- \beta_1 m_{t-1} + (1 - \beta_1) g_t | v_t <- \beta_2 v_{t-1} + (1-\beta_2) g^2_t"
HATS = r" | \widehat{m}_t <- m_t/\big(1-\beta_1^t \big) | \widehat{v}_t <- v_t/\big(1-\beta_2^t \big)"
RATIO = r"\widehat{m}_t/ \big(\sqrt{\widehat{v}_t} + \epsilon \big)"
ADAM = MOMENTS[3:] + HATS + r" | \theta_t <- \theta_{t-1} - \gamma " + RATIO
MOMENTUM = DECAYED + r" | \textbf{b}_t <- \mu \textbf{b}_{t-1} + (1-\tau) g'_t"
LR, OLD, SUMS = r"\text{lr}", r"\theta_{t-1}", r"\mathrm{state\_sum}"

STEP = r" | \theta_t <- \theta_{t-1} - \gamma " + RATIO
DECAY = r" + %s\lambda \theta_{t-1} \right)"
NESTEROV = (
    DECAYED + r" | \textbf{b}_t <- \mu \textbf{b}_{t-1} + g'_t | g''_t <- g'_{t} + \mu \textbf{b}_t | \theta_t <- "
    r"\theta_{t-1} - \gamma g''_t"
)
ADAGRAD = (
    r"\tilde{\gamma} <- \gamma / (1 +(t-1) \eta) | " + DECAYED + r" | %s_t <- %s_{t-1} + (g'_t)^2 | \theta_t <- "
    r"\theta_{t-1}- \tilde{\gamma} \frac{g'_t}{\sqrt{%s_t}+\epsilon}"
)
ADADELTA = (
    DECAYED
    + r" | v_t <- v_{t-1} \rho + (g'_t)^2 (1 - \rho) | \Delta x_t <- \frac{\sqrt{u_{t-1} + \epsilon }}{ \sqrt{v_t "
    r"+ \epsilon} } \odot g'_t | u_t <- u_{t-1} \rho + (\Delta x_t)^2 (1 - \rho) | "
    r"\theta_t <- \theta_{t-1} - \gamma \Delta x_t"
)
ADAMAX = (
    r"m_t <- \beta_1 m_{t-1} + (1 - \beta_1) g_t | u_t <- \mathrm{max}(\beta_2 u_{t-1}, |g_{t}|%s) | \theta_t <- "
    r"\theta_{t-1} - \frac{\gamma m_t}{(1-\beta^t_1) u_t}"
)
NADAM = (
    r"\mu_t <- \beta_1 \big(1 - \frac{1}{2} 0.96^{t \psi} \big) | \mu_{t+1} <- \beta_1 \big(1 - \frac{1}{2} "
    r"0.96^{(t+1)\psi}\big)"
    + MOMENTS
    + r" | \widehat{m}_t <- \mu_{t+1} m_t/(1-P \mu_t \mu_{t+1}) + (1-\mu_t) g_t /(1-P "
    r"\mu_t) | \widehat{v}_t <- v_t/\big(1-\beta_2^t \big)" + STEP
)
RADAM = (
    r"\rho_{\mathrm{inf}} <- 2/(1-\beta_2) -1"
    + MOMENTS
    + r" | \widehat{m}_t <- m_t/\big(1-\beta_1^t \big) | \rho_t <- "
    r"\rho_{\mathrm{inf}} - 2 t \beta^t_2 /\big(1-\beta_2^t \big) | l_t <- \frac{\sqrt{ (1-\beta^t_2) }}{ "
    r"\sqrt{v_t} +\epsilon  } "
    r"| r_t <- "
    r"\sqrt{\frac{(\rho_t-4)(\rho_t-2)\rho_{\mathrm{inf}}}{(\rho_{\mathrm{inf}}-4)(\rho_{\mathrm{inf}}-2) "
    r"\rho_t}} | \theta_t <- "
    r"\theta_{t-1} - \gamma \widehat{m}_t r_t \odot l_t"
)
RMSPROP = r"%sv_t <- \alpha v_{t-1} + (1 - \alpha) (%s_t)^2 | \theta_t <- \theta_{t-1} - \gamma %s_t"
PLAIN = r"/ \big(\sqrt{v_t} + \epsilon \big)"

CENTRED = (
    r"v_t <- \alpha v_{t-1} + (1 - \alpha) g^2_t | u_t <- u_{t-1} \alpha + (1-\alpha) g_t | \tilde{v}_t <- v_t - "
    r"\big(u_{t} \big)^2 | \textbf{b}_t <- \mu \textbf{b}_{t-1} + g_t / %s | \theta_t <- \theta_{t-1} - "
    r"\gamma \textbf{b}_t"
)


def lines(text: str, arrow: str = "=") -> str:
    """Lines under each other."""
    return r"\begin{aligned} &" + text.replace("<-", arrow).replace(" | ", r" \\ &") + r" \end{aligned}"


def arrows(text: str) -> str:
    """The same as the documentation prints them."""
    return lines(text.replace("g'_t", "g_t").replace(r"\theta'_t", r"\theta_t"), r"\leftarrow")
