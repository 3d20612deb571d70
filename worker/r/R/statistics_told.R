#  statistics_told.R: counts as a table may tell them that leaves the house, by the rule of dmh report:
#  what counts fewer than five says only that, and a sum of such counts is a range.

TOLD_LEAST <- 5

#  What the cells of one table may say whose whole is known: list(low, high), shaped as counts. Cells from 1
#  to 4 say that; the largest says what follows from all that these may be, so that the whole gives none away.
told_cells <- function(counts) {
  few <- counts > 0 & counts < TOLD_LEAST
  low <- high <- counts
  low[few] <- 1
  high[few] <- TOLD_LEAST - 1
  largest <- which.max(counts)
  if (any(few) && counts[largest] >= TOLD_LEAST) {
    all <- counts[largest] + sum(counts[few])
    low[largest] <- max(0, all - sum(high[few]))
    high[largest] <- all - sum(low[few])
  }
  list(low = low, high = high)
}

told_text <- function(low, high) {
  text <- sprintf("%.0f", low)
  apart <- which(low != high)
  text[apart] <- sprintf("%.0f-%.0f", low[apart], high[apart])
  text[which(low == 1 & high == TOLD_LEAST - 1)] <- paste0("<", TOLD_LEAST)
  text
}

#  A frame as it is published: the columns that attr(frame, "counts") names become text unless `values`;
#  columns NAME.low and NAME.high beside one say what it may tell.
told_frame <- function(frame, values) {
  counts <- attr(frame, "counts")
  out <- list()
  for (name in setdiff(names(frame), c(paste0(counts, ".low"), paste0(counts, ".high")))) {
    column <- frame[[name]]
    if (name %in% counts && values)
      column <- as.numeric(column)
    else if (name %in% counts)
      column <- told_column(frame, name)
    else if (is.numeric(column))
      column <- signif(column, 10)  # what stands behind them differs between machines
    out[[name]] <- column
  }
  out <- as.data.frame(out, stringsAsFactors = FALSE, check.names = FALSE, optional = TRUE)
  attr(out, "counts") <- counts
  out
}

told_column <- function(frame, name) {
  low <- frame[[paste0(name, ".low")]]
  high <- frame[[paste0(name, ".high")]]
  if (is.null(low)) {
    few <- !is.na(frame[[name]]) & frame[[name]] > 0 & frame[[name]] < TOLD_LEAST
    low <- ifelse(few, 1, frame[[name]])
    high <- ifelse(few, TOLD_LEAST - 1, frame[[name]])
  }
  text <- told_text(low, high)
  text[is.na(frame[[name]])] <- NA
  text
}

#  Whether as many persons stand behind each end of a share p of n that none is told apart.
told_share <- function(p, persons) {
  pmin(p, 1 - p) * persons >= TOLD_LEAST
}
