package io.edgeai.core.format;

import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** What TFLite's metadata tools add to a model: a description (metadata_schema.fbs) and files such as labels. */
final class TfliteMetadata {
    private static final int TAIL = 1 << 10;
    private static final int MOST_FILES = 64;
    private static final int MOST_LABEL_BYTES = 1 << 14;
    private static final int MOST_LABELS = 20;

    private TfliteMetadata() {}

    /** Name, description, version, author and license; one that is damaged does not make the model unreadable. */
    static void describe(FileView table, Findings findings) {
        try {
            FlatFields metadata = FlatFields.root(table);
            findings.note("name", metadata.text(0));
            findings.note("description", metadata.text(1));
            findings.note("version", metadata.text(2));
            findings.note("author", metadata.text(4));
            findings.note("license", metadata.text(5));
        } catch (ModelFormatException e) {
            findings.warn("The description that the metadata hold is damaged.");
        }
    }

    /** The files of a ZIP archive that stands behind the model. */
    static void attachedFiles(FileView file, Findings findings) {
        String tail = file.latin(Math.max(0, file.size() - TAIL), TAIL);
        if (!tail.contains("PK\u0005\u0006")) {
            return;
        }
        try (ZipFile zip = ZipArchive.open(file.path())) {
            List<? extends ZipEntry> entries = zip.stream().limit(MOST_FILES).toList();
            findings.note(
                    "attached files",
                    String.join(",", entries.stream().map(ZipEntry::getName).toList()));
            for (ZipEntry entry : entries) {
                if (entry.getName().endsWith(".txt") && entry.getName().contains("label")) {
                    labels(zip, entry, findings);
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            findings.warn("The archive of files behind the model is damaged.");
        }
    }

    private static void labels(ZipFile zip, ZipEntry entry, Findings findings) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            String text = new String(in.readNBytes(MOST_LABEL_BYTES), StandardCharsets.UTF_8);
            List<String> lines = text.lines().toList();
            findings.note(
                    "labels",
                    String.join(",", lines.subList(0, Math.min(MOST_LABELS, lines.size())))
                            + (lines.size() > MOST_LABELS ? " and more" : ""));
        }
    }
}
