#  statistics_svg.R: a plot as the text of an SVG: the same plot gives the same bytes, and it says in words
#  what it shows.

PICTURE_BAR <- "#4477aa"
PICTURE_PALE <- "#d6e2ee"
PICTURE_LINE <- "#aa3377"
PICTURE_WIDTH <- 6
PICTURE_HEIGHT <- 3.6

xml_text <- function(text) {
  text <- gsub("[[:cntrl:]]+", " ", text_clean(text))
  #  Marks of direction turn what stands beside them around.
  text <- gsub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text)
  text <- gsub("&", "&amp;", text, fixed = TRUE)
  text <- gsub("<", "&lt;", text, fixed = TRUE)
  text <- gsub(">", "&gt;", text, fixed = TRUE)
  gsub("\"", "&quot;", text, fixed = TRUE)
}

#  cairo numbers its surfaces, clips and glyphs through the life of the process: here they begin at 1.
svg_renumber <- function(svg) {
  at <- gregexpr("(?<= id=\"|href=\"#|url\\(#)[^\")]+", svg, perl = TRUE, useBytes = TRUE)
  ids <- regmatches(svg, at)
  regmatches(svg, at) <- list(paste0("i", match(ids[[1]], unique(ids[[1]]))))
  svg
}

picture_theme <- function() {
  ggplot2::theme_minimal(base_size = 10) +
    ggplot2::theme(plot.title = ggplot2::element_text(size = 10, face = "bold"),
                   panel.grid.minor = ggplot2::element_blank(),
                   plot.background = ggplot2::element_rect(fill = "white", colour = NA),
                   legend.position = "bottom")
}

#  What cannot be drawn as text, and breaks lines of a label, is shown as a space.
label_clean <- function(text) {
  gsub("[[:cntrl:]]+", " ", text_clean(text))
}

svg_text <- function(picture) {
  file <- tempfile(fileext = ".svg")
  on.exit(unlink(file))
  height <- PICTURE_HEIGHT * (if (isTRUE(picture$tall)) 2 else 1)
  plot <- picture$plot + picture_theme() + ggplot2::ggtitle(strtrim(picture$title, 90))
  for (name in names(plot$labels))
    if (is.character(plot$labels[[name]]))
      plot$labels[[name]] <- label_clean(plot$labels[[name]])
  grDevices::svg(file, width = PICTURE_WIDTH, height = height, bg = "white")
  device <- grDevices::dev.cur()
  tryCatch(suppressWarnings(print(plot)), finally = grDevices::dev.off(device))
  svg <- readChar(file, file.size(file), useBytes = TRUE)
  words <- sprintf("<title>%s</title>\n<desc>%s</desc>\n", xml_text(picture$title),
                   xml_text(picture$description))
  svg <- sub("<svg ", "<svg role=\"img\" ", svg_renumber(svg), fixed = TRUE)
  head <- regexpr("<svg [^>]*>\n?", svg)
  end <- head + attr(head, "match.length")
  paste0(substr(svg, 1, end - 1), words, substring(svg, end))
}
