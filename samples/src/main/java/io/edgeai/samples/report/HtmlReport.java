package io.edgeai.samples.report;

import io.edgeai.core.error.StorageException;
import io.edgeai.samples.data.DataFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One HTML page that needs nothing else: style, charts and pictures are inside. It is also well-formed XML. Mutable
 * while it is filled, not thread-safe.
 */
public final class HtmlReport {
    private final String title;
    private final String subtitle;
    private final List<String> names = new ArrayList<>();
    private final List<String> sections = new ArrayList<>();
    private String foot = "";

    private HtmlReport(String title, String subtitle) {
        this.title = title;
        this.subtitle = subtitle;
    }

    public static HtmlReport titled(String title, String subtitle) {
        return new HtmlReport(title, subtitle);
    }

    /** Adds a section; the table of contents lists it. */
    public HtmlReport section(String name, Consumer<Section> content) {
        Section section = new Section();
        content.accept(section);
        names.add(name);
        sections.add(section.html());
        return this;
    }

    /** The line at the bottom: machine, versions, date. */
    public HtmlReport foot(String text) {
        foot = text;
        return this;
    }

    public String html() {
        StringBuilder page = new StringBuilder(
                """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                """);
        page.append("<title>").append(Markup.escape(title)).append("</title>\n<style>\n");
        page.append(style()).append("</style>\n</head>\n<body>\n<header>\n<h1>");
        page.append(Markup.escape(title))
                .append("</h1>\n<p>")
                .append(Markup.escape(subtitle))
                .append("</p>\n");
        if (names.size() > 1) {
            page.append("<nav>");
            for (int i = 0; i < names.size(); i++) {
                page.append("<a href=\"#s").append(i + 1).append("\">").append(Markup.escape(names.get(i)));
                page.append("</a> ");
            }
            page.append("</nav>\n");
        }
        page.append("</header>\n<main>\n");
        for (int i = 0; i < names.size(); i++) {
            page.append("<section id=\"s").append(i + 1).append("\">\n<h2>");
            page.append(Markup.escape(names.get(i)))
                    .append("</h2>\n")
                    .append(sections.get(i))
                    .append("</section>\n");
        }
        page.append("</main>\n<footer>").append(Markup.escape(foot)).append("</footer>\n</body>\n</html>\n");
        return page.toString();
    }

    /** Writes the page; the file appears whole or not at all. */
    public void write(Path file) {
        byte[] bytes = html().getBytes(StandardCharsets.UTF_8);
        DataFiles.write(file, out -> out.write(bytes));
    }

    private static String style() {
        try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
            if (in == null) {
                throw new StorageException("The style sheet (report.css) is missing. Maybe the jar was repacked.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new StorageException("The style sheet (report.css) cannot be read: " + e + ".", e);
        }
    }
}
