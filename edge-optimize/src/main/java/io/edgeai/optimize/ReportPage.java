package io.edgeai.optimize;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** One page with its styles and pictures inside it: sections of tables and bars, all texts escaped. */
final class ReportPage {
    private static final int WIDTH = 640;
    private static final int ROW = 26;
    private static final int LABEL = 100;
    private static final int BAR = 300;

    private final StringBuilder html = new StringBuilder();
    private boolean inSection;

    ReportPage(String title) {
        html.append("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>")
                .append(escaped(title))
                .append("</title><style>")
                .append(style())
                .append("</style></head><body><main><h1>")
                .append(escaped(title))
                .append("</h1>");
    }

    private static String style() {
        try (InputStream in = Objects.requireNonNull(ReportPage.class.getResourceAsStream("report.css"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void paragraph(String kind, String text) {
        html.append("<p class=\"")
                .append(kind)
                .append("\">")
                .append(escaped(text))
                .append("</p>");
    }

    /** A figure that is read first. */
    record Tile(String label, String value, String note, String kind) {}

    void tiles(List<Tile> tiles) {
        html.append("<div class=\"tiles\">");
        for (Tile tile : tiles) {
            html.append("<div class=\"tile ").append(tile.kind()).append("\"><span>");
            html.append(escaped(tile.label())).append("</span><b>").append(escaped(tile.value()));
            html.append("</b><span>").append(escaped(tile.note())).append("</span></div>");
        }
        html.append("</div>");
    }

    /** Ends the section before and begins another. */
    void section(String title, String detail) {
        close();
        html.append("<section><h2>").append(escaped(title));
        if (!detail.isEmpty()) {
            html.append(" <span>").append(escaped(detail)).append("</span>");
        }
        html.append("</h2>");
        inSection = true;
    }

    void list(List<String> lines) {
        html.append("<ul>");
        lines.forEach(line -> html.append("<li>").append(escaped(line)).append("</li>"));
        html.append("</ul>");
    }

    /** Begins a table without a row of titles. */
    void table() {
        html.append("<table>");
    }

    void table(String... titles) {
        html.append("<table><tr>");
        for (String title : titles) {
            html.append("<th>").append(escaped(title)).append("</th>");
        }
        html.append("</tr>");
    }

    /** A row whose short cells with a figure in them stay on one line. */
    void row(String... cells) {
        html.append("<tr>");
        for (String cell : cells) {
            boolean figure = cell.length() < 16 && cell.chars().anyMatch(Character::isDigit);
            html.append(figure ? "<td class=\"n\">" : cell.startsWith("sha256 ") ? "<td class=\"hash\">" : "<td>");
            html.append(escaped(cell)).append("</td>");
        }
        html.append("</tr>");
    }

    void endTable() {
        html.append("</table>");
    }

    /** A length of 0 to 1 with what it stands for and, where it is known, the interval it lies in; else both are NaN. */
    record Bar(String label, double share, String text, double lower, double upper) {
        Bar(String label, double share, String text) {
            this(label, share, text, Double.NaN, Double.NaN);
        }
    }

    void bars(String label, List<Bar> bars) {
        html.append(format(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                WIDTH, ROW * bars.size(), escaped(label)));
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            int y = i * ROW;
            double end = bar.share();
            html.append(format("<text x=\"0\" y=\"%d\">%s</text>", y + 17, escaped(bar.label())));
            html.append(format(
                    "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"18\"/>",
                    bar.label().startsWith("before") ? "before" : "after", LABEL, y + 3, BAR * bar.share()));
            if (!Double.isNaN(bar.lower())) {
                html.append(format(
                        "<line class=\"interval\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                        LABEL + BAR * bar.lower(), LABEL + BAR * bar.upper(), y + 12, y + 12));
                end = Math.max(end, bar.upper());
            }
            html.append(
                    format("<text x=\"%.1f\" y=\"%d\">%s</text>", LABEL + BAR * end + 8, y + 17, escaped(bar.text())));
        }
        html.append("</svg>");
    }

    /** A picture made elsewhere. */
    void picture(String svg) {
        html.append(svg);
    }

    String end() {
        close();
        return html.append("</main></body></html>").toString();
    }

    private void close() {
        if (inSection) {
            html.append("</section>");
            inSection = false;
        }
    }

    static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
