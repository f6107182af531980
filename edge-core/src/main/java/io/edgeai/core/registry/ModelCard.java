package io.edgeai.core.registry;

import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.TensorSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that is recorded of a version, for people: what it is, where it came from, where it runs, what it passed, and its
 * history. The same record gives the same text. Immutable.
 */
public final class ModelCard {
    private static final String STYLE =
            "body{font:16px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;background:#f5f6f8;color:#1b2430}"
                    + "h1,h2{line-height:1.2;overflow-wrap:anywhere}h2{font-size:1.1em;margin:1.6em 0 .5em}"
                    + "table{width:100%;border-collapse:collapse;background:#fff;border:1px solid #dfe3e8}"
                    + "td{padding:.35em 1em;border-bottom:1px solid #dfe3e8;vertical-align:top;overflow-wrap:anywhere}"
                    + "td:first-child{width:14em;color:#5b6675}"
                    + "@media(prefers-color-scheme:dark){body{background:#0f1318;color:#e8ecf1}"
                    + "table{background:#171c23}table,td{border-color:#2b333d}td:first-child{color:#a0abb8}}"
                    + "@media(max-width:640px){td:first-child{width:7em}td{padding:.35em .6em}}";

    private record Section(String title, List<String[]> rows) {}

    private final ModelVersion version;
    private final List<Section> sections = new ArrayList<>();

    ModelCard(Entry entry, List<ModelVersion> lineage, List<AuditEntry> audit) {
        this.version = entry.version();
        record();
        lineage(lineage);
        standing(entry.standing());
        validation(audit);
        tags();
        history(audit);
    }

    private List<String[]> section(String title) {
        List<String[]> rows = new ArrayList<>();
        sections.add(new Section(title, rows));
        return rows;
    }

    private static String[] row(String... cells) {
        return cells;
    }

    private void record() {
        List<String[]> rows = section("Record");
        rows.add(row("stage", version.stage().name()));
        rows.add(row("format", version.format().displayName()));
        rows.add(row("workload", version.workload().name()));
        rows.add(row("size", size(version.sizeBytes())));
        rows.add(row("SHA-256", version.digest().hex()));
        rows.add(row("registered", second(version.registeredAt())));
        for (TensorSpec input : version.signature().inputs()) {
            rows.add(row("input", input.toString()));
        }
        for (TensorSpec output : version.signature().outputs()) {
            rows.add(row("output", output.toString()));
        }
    }

    private void lineage(List<ModelVersion> lineage) {
        List<String[]> rows = section("Lineage");
        for (ModelVersion step : lineage) {
            rows.add(row(step.ref().toString(), step.derivation().isEmpty() ? "original" : step.derivation()));
        }
    }

    private void standing(Standing standing) {
        List<String[]> rows = section("Where it is");
        for (Deployment deployment : standing.deployments().values()) {
            rows.add(row(
                    deployment.environment(),
                    deployment.stage()
                            + (deployment.percent() > 0 ? ", " + deployment.percent() + " %" : "")
                            + (deployment.frozen() ? ", frozen" : "")));
        }
        for (String alias : standing.aliases()) {
            rows.add(row("alias", alias));
        }
    }

    private void validation(List<AuditEntry> audit) {
        List<String[]> rows = section("Validation");
        audit.stream()
                .filter(entry -> entry.action() == AuditAction.VALIDATED || entry.action() == AuditAction.REJECTED)
                .forEach(entry -> rows.add(row(second(entry.at()), told(entry))));
    }

    private void tags() {
        List<String[]> rows = section("Tags");
        for (Map.Entry<String, String> tag : new TreeMap<>(version.tags()).entrySet()) {
            rows.add(row(tag.getKey(), tag.getValue()));
        }
    }

    private void history(List<AuditEntry> audit) {
        List<String[]> rows = section("History");
        audit.forEach(entry -> rows.add(row(second(entry.at()), entry.actor() + " " + told(entry))));
    }

    private static String told(AuditEntry entry) {
        return entry.action() + (entry.detail().isBlank() ? "" : ": " + entry.detail());
    }

    private static String second(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + " bytes";
        }
        double kib = bytes / 1024.0;
        String rounded = kib < 1024
                ? String.format(Locale.ROOT, "%.1f KiB", kib)
                : String.format(Locale.ROOT, "%.1f MiB", kib / 1024);
        return rounded + String.format(Locale.ROOT, " (%,d bytes)", bytes);
    }

    public String markdown() {
        StringBuilder text = new StringBuilder("# " + version.ref() + "\n");
        for (Section section : sections) {
            if (!section.rows().isEmpty()) {
                text.append("\n## ").append(section.title()).append("\n\n| | |\n|---|---|\n");
                section.rows().forEach(row -> text.append("| ")
                        .append(cell(row[0]))
                        .append(" | ")
                        .append(cell(row[1]))
                        .append(" |\n"));
            }
        }
        return text.toString();
    }

    /** A bar would end a cell, a line feed the row, and markup of the text's own would be markup of the card. */
    private static String cell(String text) {
        return html(text)
                .replace("\\", "\\\\")
                .replace("|", "\\|")
                .replace("`", "\\`")
                .replace("](", "]\\(")
                .replaceAll("\\R", " ");
    }

    /** A page without scripts or references to elsewhere. */
    public String html() {
        StringBuilder text = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>"
                + html(version.ref().toString())
                + "</title>\n<style>" + STYLE + "</style>\n<main>\n<h1>"
                + html(version.ref().toString())
                + "</h1>\n");
        for (Section section : sections) {
            if (!section.rows().isEmpty()) {
                text.append("<h2>").append(html(section.title())).append("</h2>\n<table>\n");
                section.rows().forEach(row -> text.append("<tr><td>")
                        .append(html(row[0]))
                        .append("</td><td>")
                        .append(html(row[1]))
                        .append("</td></tr>\n"));
                text.append("</table>\n");
            }
        }
        return text.append("</main>\n</html>\n").toString();
    }

    private static String html(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
