library(testthat)
library(dmhr)
test_check("dmhr")
