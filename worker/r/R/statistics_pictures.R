#  statistics_pictures.R: what is drawn, of which tests: distributions with the interval, months as boxes,
#  EWMA charts, ages. A picture tells no more than the tables do: each bar and box stands for five persons.

#  A file name of a test: what else stands in a code or unit becomes "_", and the number tells apart.
picture_name <- function(number, group, kind) {
  plain <- substr(gsub("[^A-Za-z0-9-]+", "_", paste(group$code, group$unit)), 1, 40)
  sprintf("%03d_%s_%s", number, tolower(gsub("^_+|_+$", "", plain)), kind)
}

picture_label <- function(group) {
  name <- if (group$name != "" && group$name != group$code) paste0(group$name, " (", group$code, ")")
          else group$code
  if (group$unit == "") name else paste0(name, ", ", group$unit)
}

#  Four digits, as a person writes them.
number_text <- function(x) {
  formatC(signif(x, 4), digits = 15, format = "fg", width = 1)
}

#  Bars of equal width, neighbours joined from the left until each holds five persons; what is left over
#  joins the last. breaks: rising; returns a frame of from, to, count, or no row.
bars_join <- function(value, person, breaks) {
  bin <- findInterval(value, breaks, rightmost.closed = TRUE, all.inside = TRUE)
  ends <- integer()
  seen <- integer()
  by_bin <- split(person, factor(bin, seq_len(length(breaks) - 1)))
  for (i in seq_along(by_bin)) {
    seen <- union(seen, by_bin[[i]])
    if (length(seen) >= TOLD_LEAST) {
      ends <- c(ends, i)
      seen <- integer()
    }
  }
  if (length(ends) == 0)
    return(data.frame(from = numeric(), to = numeric(), count = numeric()))
  ends[length(ends)] <- length(by_bin)
  starts <- c(1, ends[-length(ends)] + 1)
  #  Empty bins before the first value are no bar.
  count <- vapply(seq_along(ends), function(i) sum(bin >= starts[i] & bin <= ends[i]), 0)
  data.frame(from = breaks[starts], to = breaks[ends + 1], count = count)
}

#  Over the middle 99 %, so that a value far away does not make one bar of all others. Values that were
#  rounded stand in the middle of steps of what they were rounded to.
histogram_breaks <- function(y) {
  ends <- stats::quantile(y, c(0.005, 0.995), names = FALSE, type = 1)
  if (ends[1] == ends[2])
    return(NULL)
  width <- 2 * stats::IQR(y) / length(y)^(1 / 3)
  width <- min(max(width, diff(ends) / 40), diff(ends) / 5)
  gap <- signif(min(diff(unique(signif(sort(y[y >= ends[1] & y <= ends[2]]), 12)))), 6)
  if (diff(ends) / gap > 400)
    return(pretty(ends, diff(ends) / width))
  step <- gap * max(1, round(width / gap))
  first <- round(ends[1] / gap) * gap - gap / 2
  first + step * seq(0, ceiling((ends[2] - first) / step))
}

draw_histogram <- function(rows, group, interval, options) {
  use <- rows[!rows$withdrawn & !is.na(rows$value) & rows$side == 0 & !is.na(rows$person), ]
  breaks <- if (nrow(use) >= 20) histogram_breaks(use$value)
  bars <- if (!is.null(breaks)) bars_join(use$value, use$person, breaks) else NULL
  if (is.null(bars) || nrow(bars) < 3)
    return(NULL)
  description <- sprintf(paste("%d bars of at least five persons each, the outermost with what lies",
                               "beyond; results with a comparator are left out."), nrow(bars))
  plot <- ggplot2::ggplot(bars) +
    ggplot2::geom_rect(ggplot2::aes(xmin = from, xmax = to, ymin = 0, ymax = count / (to - from)),
                       fill = PICTURE_BAR, colour = "white", linewidth = 0.2)
  if (!is.na(interval$lower) && !is.na(interval$upper)) {
    plot <- plot + ggplot2::geom_vline(xintercept = c(interval$lower, interval$upper), linetype = 2)
    description <- paste0(description, " The ", interval_name(options), " reaches from ",
                          number_text(interval$lower), " to ", number_text(interval$upper), ".")
  }
  title <- paste("Distribution of", picture_label(group))
  list(kind = "histogram", title = title, description = description,
       plot = plot + ggplot2::labs(x = picture_axis(group), y = "results by unit"))
}

picture_axis <- function(group) {
  if (group$unit == "") "value" else group$unit
}

#  Quartiles, and tenths at both ends, of the months of enough persons for each.
month_boxes <- function(rows) {
  months <- sort(unique(rows$month), method = "radix")
  boxes <- lapply(months, function(month) {
    at <- which(rows$month == month)
    people <- persons_of(rows$person[at])
    q <- stats::quantile(rows$value[at], c(0.1, 0.25, 0.5, 0.75, 0.9), names = FALSE)
    if (!told_share(0.25, people)) return(NULL)
    if (!told_share(0.1, people)) q[c(1, 5)] <- q[c(2, 4)]
    data.frame(month = month, p10 = q[1], p25 = q[2], p50 = q[3], p75 = q[4], p90 = q[5])
  })
  do.call(rbind, boxes)
}

draw_months <- function(rows, group) {
  use <- rows[!rows$withdrawn & !is.na(rows$value) & rows$side == 0 & !is.na(rows$month), ]
  boxes <- month_boxes(use)
  if (is.null(boxes) || nrow(boxes) < 2)
    return(NULL)
  boxes$month <- factor(boxes$month, boxes$month)
  plot <- ggplot2::ggplot(boxes) +
    ggplot2::geom_boxplot(ggplot2::aes(x = month, ymin = p10, lower = p25, middle = p50, upper = p75,
                                       ymax = p90), stat = "identity", fill = PICTURE_PALE, width = 0.6) +
    months_axis(levels(boxes$month)) + ggplot2::labs(x = NULL, y = picture_axis(group))
  description <- sprintf(paste(
    "%d months from %s to %s; the box is the middle half, the line in it the median (from %s to %s), and the",
    "lines reach to the tenth and ninetieth percentile where there are 50 persons."), nrow(boxes),
    boxes$month[1], boxes$month[nrow(boxes)], number_text(min(boxes$p50)), number_text(max(boxes$p50)))
  list(kind = "months", title = paste("Months of", picture_label(group)), description = description,
       plot = plot)
}

#  At most a dozen months are named.
months_axis <- function(months) {
  shown <- months[seq(1, length(months), by = ceiling(length(months) / 12))]
  ggplot2::scale_x_discrete(breaks = shown, guide = ggplot2::guide_axis(angle = 45))
}

draw_ewma <- function(drift, group) {
  chart <- drift[!is.na(drift$ewma), ]
  if (nrow(chart) == 0)
    return(NULL)
  months <- sort(unique(chart$month), method = "radix")
  chart$month <- factor(chart$month, months)
  chart$analyzer <- factor(chart$analyzer, unique(chart$analyzer))  # "all" is the first
  plot <- ggplot2::ggplot(chart, ggplot2::aes(x = month, group = 1)) +
    ggplot2::geom_ribbon(ggplot2::aes(ymin = lower, ymax = upper), fill = PICTURE_PALE) +
    ggplot2::geom_point(ggplot2::aes(y = mean), shape = 1, size = 1.2, colour = "grey40") +
    ggplot2::geom_line(ggplot2::aes(y = ewma), colour = PICTURE_LINE) +
    ggplot2::geom_point(ggplot2::aes(y = ewma, shape = beyond), colour = PICTURE_LINE, size = 2) +
    ggplot2::scale_shape_manual(values = c("FALSE" = 20, "TRUE" = 17), guide = "none") +
    months_axis(months) + ggplot2::labs(x = NULL, y = picture_axis(group))
  if (length(unique(chart$analyzer)) > 1)
    plot <- plot + ggplot2::facet_wrap(~analyzer)
  beyond <- chart[chart$beyond, ]
  description <- paste0(
    "Moving average (line) of the months' means (circles) with its control limits (band), ", months[1],
    " to ", months[length(months)], ". Beyond the limits (triangles): ",
    if (nrow(beyond) == 0) "none." else paste0(nrow(beyond), " of ", nrow(chart), ", first ",
                                               beyond$month[1], "."))
  list(kind = "ewma", title = paste("Drift of", picture_label(group)), description = description,
       plot = plot, tall = length(unique(chart$analyzer)) > 3)
}

draw_ages <- function(ages) {
  sexes <- c("female", "male", "other", "unknown")
  known <- ages[ages$age != "unknown", ]
  middle <- function(sex) (known[[paste0(sex, ".low")]] + known[[paste0(sex, ".high")]]) / 2
  bars <- do.call(rbind, lapply(sexes, function(sex) data.frame(
    age = factor(known$age, known$age), sex = rep(sex, nrow(known)), few = known[[sex]] < TOLD_LEAST,
    count = middle(sex))))
  bars <- bars[!bars$few, ]
  if (nrow(bars) == 0)
    return(NULL)
  bars$sex <- factor(bars$sex, sexes[sexes %in% bars$sex])
  plot <- ggplot2::ggplot(bars) +
    ggplot2::geom_col(ggplot2::aes(x = age, y = count, fill = sex),
                      position = ggplot2::position_dodge2(preserve = "single")) +
    ggplot2::scale_x_discrete(drop = FALSE, guide = ggplot2::guide_axis(angle = 45)) +
    ggplot2::scale_fill_manual(values = c(female = "#b35806", male = "#2166ac", other = "#5aae61",
                                          unknown = "grey60")) +
    ggplot2::labs(x = "years", y = "persons", fill = NULL)
  list(kind = "ages", title = "Ages of the persons", plot = plot, description = sprintf(paste(
    "Persons by age and sex in steps of ten years, from %s to %s; groups of fewer than five persons have no",
    "bar."), known$age[1], known$age[nrow(known)]))
}

#  The tests that are drawn: those with the most results, in the order of the tables.
pictures_of <- function(results, count) {
  size <- diff(results$first)
  sort(utils::head(order(-size, seq_along(size)), count))
}

#  A list of list(name, kind, title, description, svg); none without ggplot2.
pictures_draw <- function(results, frames, options) {
  if (!requireNamespace("ggplot2", quietly = TRUE))
    return(list())
  drawn <- lapply(pictures_of(results, options$pictures), function(i) {
    rows <- group_rows(results, i)
    group <- results$groups[i, ]
    of_test <- function(frame) frame[frame$test_code == group$code & frame$unit == group$unit &
                                       frame$test_code_system == group$system, ]
    interval <- of_test(frames$intervals)
    interval <- interval[interval$sex == "all" & interval$age == "all", ][1, ]
    pictures <- list(draw_histogram(rows, group, interval, options), draw_months(rows, group),
                     draw_ewma(of_test(frames$drift), group))
    lapply(Filter(Negate(is.null), pictures), function(picture)
      c(picture, list(name = picture_name(i, group, picture$kind))))
  })
  drawn <- unlist(drawn, recursive = FALSE)
  ages <- if (!is.null(frames$ages) && options$pictures > 0) draw_ages(frames$ages)
  if (!is.null(ages))
    drawn <- c(list(c(ages, list(name = "ages"))), drawn)
  lapply(drawn, function(picture) c(picture[c("name", "kind", "title", "description")],
                                    list(svg = svg_text(picture))))
}
