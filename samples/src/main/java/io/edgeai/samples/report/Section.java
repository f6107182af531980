package io.edgeai.samples.report;

import java.util.ArrayList;
import java.util.List;

/** One section of a report, filled from top to bottom. Mutable, not thread-safe. */
public final class Section {
    private final StringBuilder body = new StringBuilder();

    Section() {}

    /**
     * A key figure.
     *
     * @param label what it is
     * @param value the figure with its unit
     * @param note what it is compared with, or empty
     * @param verdict whether it meets its aim
     */
    public record Tile(String label, String value, String note, Verdict verdict) {
        public static Tile of(String label, String value, String note) {
            return new Tile(label, value, note, Verdict.NONE);
        }
    }

    /** Whether a figure meets its aim. */
    public enum Verdict {
        NONE,
        GOOD,
        BAD
    }

    /**
     * A picture of an image grid.
     *
     * @param dataUri as {@link GrayPng#dataUri} makes it
     * @param caption below it, or empty
     * @param wrong whether it is framed as a mistake
     */
    public record Picture(String dataUri, String caption, boolean wrong) {}

    /** A paragraph. */
    public Section text(String paragraph) {
        body.append("<p>").append(Markup.escape(paragraph)).append("</p>\n");
        return this;
    }

    /** A line that stands out. */
    public Section callout(String sentence, Verdict verdict) {
        body.append("<p class=\"callout ")
                .append(verdict.name().toLowerCase(java.util.Locale.ROOT))
                .append("\">");
        body.append(Markup.escape(sentence)).append("</p>\n");
        return this;
    }

    public Section tiles(Tile... tiles) {
        body.append("<div class=\"tiles\">\n");
        for (Tile tile : tiles) {
            body.append("<div class=\"tile ")
                    .append(tile.verdict().name().toLowerCase(java.util.Locale.ROOT))
                    .append("\"><div class=\"label\">")
                    .append(Markup.escape(tile.label()))
                    .append("</div><div class=\"value\">")
                    .append(Markup.escape(tile.value()))
                    .append("</div><div class=\"note\">")
                    .append(Markup.escape(tile.note()))
                    .append("</div></div>\n");
        }
        body.append("</div>\n");
        return this;
    }

    /** A chart with a caption, which also describes it to those who cannot see it. */
    public Section chart(String caption, Chart chart) {
        body.append("<figure>").append(chart.svg(caption));
        body.append("<figcaption>").append(Markup.escape(caption)).append("</figcaption></figure>\n");
        return this;
    }

    /** A table; cells that begin with a digit or sign stand to the right. */
    public Section table(List<String> titles, List<List<String>> rows) {
        boolean[] right = new boolean[titles.size()];
        for (int c = 0; c < right.length; c++) {
            int column = c;
            right[c] =
                    !rows.isEmpty() && rows.stream().allMatch(row -> column >= row.size() || numeric(row.get(column)));
        }
        body.append("<div class=\"scroll\"><table><thead><tr>");
        for (int c = 0; c < titles.size(); c++) {
            cell("th", titles.get(c), right[c]);
        }
        body.append("</tr></thead><tbody>\n");
        for (List<String> row : rows) {
            body.append("<tr>");
            for (int c = 0; c < titles.size(); c++) {
                cell("td", c < row.size() ? row.get(c) : "", right[c]);
            }
            body.append("</tr>\n");
        }
        body.append("</tbody></table></div>\n");
        return this;
    }

    private void cell(String element, String text, boolean right) {
        body.append('<').append(element).append(right ? " class=\"r\">" : ">");
        body.append(Markup.escape(text)).append("</").append(element).append('>');
    }

    private static boolean numeric(String text) {
        return text.isEmpty() || text.matches("[-+−±]?[\\d.–∞].*");
    }

    public Section pictures(String caption, List<Picture> pictures) {
        body.append("<figure><div class=\"pictures\">\n");
        for (Picture picture : pictures) {
            body.append("<div class=\"picture")
                    .append(picture.wrong() ? " wrong" : "")
                    .append("\"><img src=\"");
            body.append(Markup.escape(picture.dataUri())).append("\" alt=\"");
            body.append(Markup.escape(picture.caption())).append("\"/><span>");
            body.append(Markup.escape(picture.caption())).append("</span></div>\n");
        }
        body.append("</div><figcaption>").append(Markup.escape(caption)).append("</figcaption></figure>\n");
        return this;
    }

    /** Text in lines as they are, e.g. of a program. */
    public Section code(String lines) {
        body.append("<pre>").append(Markup.escape(lines)).append("</pre>\n");
        return this;
    }

    /** A list of points. */
    public Section points(List<String> points) {
        List<String> items = new ArrayList<>();
        points.forEach(point -> items.add("<li>" + Markup.escape(point) + "</li>"));
        body.append("<ul>").append(String.join("\n", items)).append("</ul>\n");
        return this;
    }

    String html() {
        return body.toString();
    }
}
