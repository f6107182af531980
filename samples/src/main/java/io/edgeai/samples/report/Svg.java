package io.edgeai.samples.report;

import java.util.Arrays;
import java.util.List;

/**
 * Collects the elements of one SVG picture. Colours come from the page's style sheet by class: {@code c0} to
 * {@code c7} for series, {@code ink}, {@code soft}, {@code grid}. An element with a coordinate that is no finite
 * number is left out. Mutable, not thread-safe.
 */
final class Svg {
    private final double width;
    private final double height;
    private final StringBuilder body = new StringBuilder();

    Svg(double width, double height) {
        this.width = width;
        this.height = height;
    }

    double width() {
        return width;
    }

    double height() {
        return height;
    }

    Svg line(double x1, double y1, double x2, double y2, String style) {
        if (!finite(x1, y1, x2, y2)) {
            return this;
        }
        body.append("<line x1=\"").append(Markup.at(x1)).append("\" y1=\"").append(Markup.at(y1));
        body.append("\" x2=\"").append(Markup.at(x2)).append("\" y2=\"").append(Markup.at(y2));
        body.append("\" class=\"").append(style).append("\"/>\n");
        return this;
    }

    /** A rectangle with a tooltip, which may be empty. */
    Svg rect(double x, double y, double w, double h, double radius, String style, String tip) {
        if (!finite(x, y, w, h)) {
            return this;
        }
        body.append("<rect x=\"").append(Markup.at(x)).append("\" y=\"").append(Markup.at(y));
        body.append("\" width=\"").append(Markup.at(Math.max(0, w))).append("\" height=\"");
        body.append(Markup.at(Math.max(0, h))).append("\" rx=\"").append(Markup.at(radius));
        body.append("\" class=\"").append(style);
        return close("rect", tip);
    }

    /** A rectangle whose fill is as strong as {@code share} of 1. */
    Svg shade(double x, double y, double w, double h, double share, String style, String tip) {
        if (!finite(x, y, w, h, share)) {
            return this;
        }
        body.append("<rect x=\"").append(Markup.at(x)).append("\" y=\"").append(Markup.at(y));
        body.append("\" width=\"").append(Markup.at(w)).append("\" height=\"").append(Markup.at(h));
        body.append("\" rx=\"3\" fill-opacity=\"").append(Math.rint(share * 1000) / 1000);
        body.append("\" class=\"").append(style);
        return close("rect", tip);
    }

    Svg circle(double x, double y, double radius, String style, String tip) {
        if (!finite(x, y)) {
            return this;
        }
        body.append("<circle cx=\"").append(Markup.at(x)).append("\" cy=\"").append(Markup.at(y));
        body.append("\" r=\"").append(Markup.at(radius)).append("\" class=\"").append(style);
        return close("circle", tip);
    }

    private static boolean finite(double... numbers) {
        return Arrays.stream(numbers).allMatch(Double::isFinite);
    }

    private Svg close(String element, String tip) {
        if (tip.isEmpty()) {
            body.append("\"/>\n");
        } else {
            body.append("\"><title>")
                    .append(Markup.escape(tip))
                    .append("</title></")
                    .append(element)
                    .append(">\n");
        }
        return this;
    }

    /** A polyline through points; a point that is no number interrupts it. */
    Svg path(List<double[]> points, String style) {
        StringBuilder d = new StringBuilder();
        boolean pen = false;
        for (double[] point : points) {
            if (!finite(point)) {
                pen = false;
                continue;
            }
            d.append(pen ? 'L' : 'M').append(Markup.at(point[0])).append(' ').append(Markup.at(point[1]));
            pen = true;
        }
        if (d.length() > 0) {
            body.append("<path d=\"")
                    .append(d)
                    .append("\" class=\"")
                    .append(style)
                    .append("\"/>\n");
        }
        return this;
    }

    Svg area(List<double[]> outline, String style) {
        StringBuilder points = new StringBuilder();
        for (double[] point : outline) {
            if (!finite(point)) {
                continue;
            }
            points.append(points.length() == 0 ? "" : " ");
            points.append(Markup.at(point[0])).append(',').append(Markup.at(point[1]));
        }
        body.append("<polygon points=\"")
                .append(points)
                .append("\" class=\"")
                .append(style)
                .append("\"/>\n");
        return this;
    }

    /** Text; anchor is {@code start}, {@code middle} or {@code end}. */
    Svg text(double x, double y, String anchor, String style, String text) {
        if (!finite(x, y)) {
            return this;
        }
        body.append("<text x=\"").append(Markup.at(x)).append("\" y=\"").append(Markup.at(y));
        body.append("\" text-anchor=\"")
                .append(anchor)
                .append("\" class=\"")
                .append(style)
                .append("\">");
        body.append(Markup.escape(text)).append("</text>\n");
        return this;
    }

    /** Text that reads upwards, centred on a point. */
    Svg upright(double x, double y, String style, String text) {
        if (!finite(x, y)) {
            return this;
        }
        body.append("<text transform=\"translate(")
                .append(Markup.at(x))
                .append(' ')
                .append(Markup.at(y));
        body.append(") rotate(-90)\" text-anchor=\"middle\" class=\"")
                .append(style)
                .append("\">");
        body.append(Markup.escape(text)).append("</text>\n");
        return this;
    }

    /** Swatches with names in one or more rows; gives the height they take. */
    double legend(double x, double y, List<String> names) {
        double at = x;
        double row = y;
        for (int i = 0; i < names.size(); i++) {
            double needed = 24 + textWidth(names.get(i), 12.5);
            if (at > x && at + needed > width - 8) {
                at = x;
                row += 20;
            }
            rect(at, row - 9, 12, 10, 2, "f c" + i % 8, "");
            text(at + 17, row, "start", "t ink", names.get(i));
            at += needed + 14;
        }
        return row - y + 20;
    }

    /** About how wide a text of that size is. */
    static double textWidth(String text, double size) {
        return text.codePointCount(0, text.length()) * size * 0.56;
    }

    /** The whole element; {@code label} says for those who cannot see it what it shows. */
    String render(String label) {
        return "<svg viewBox=\"0 0 " + Markup.at(width) + " " + Markup.at(height) + "\" role=\"img\" aria-label=\""
                + Markup.escape(label) + "\">\n" + body + "</svg>\n";
    }
}
