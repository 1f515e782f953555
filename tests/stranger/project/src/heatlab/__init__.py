"""How things cool: a package of somebody who only wants documentation."""
