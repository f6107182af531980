package io.edgeai.core.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A PyTorch archive: how many bytes its storages hold, of which types, and for TorchScript which functions its code
 * calls. The pickle in it is scanned for names only.
 */
final class TorchInspection {
    private static final int MOST_CODE = 4 << 20;
    private static final int PICKLE_HEAD = 1 << 20;
    private static final Pattern STORAGE = Pattern.compile("[^/]*/(data|constants)/[0-9]+(\\.storage)?");
    private static final Pattern CODE = Pattern.compile("[^/]*/code/.*\\.py");
    private static final Pattern CALL = Pattern.compile("(?:torch|ops\\.[a-z_]+)\\.([A-Za-z_0-9]+)\\(");
    private static final Pattern FORWARD = Pattern.compile("def forward\\(([^)]{0,2000})\\)");
    private static final Map<String, Integer> WIDTHS = Map.ofEntries(
            Map.entry("FloatStorage", 4),
            Map.entry("DoubleStorage", 8),
            Map.entry("HalfStorage", 2),
            Map.entry("BFloat16Storage", 2),
            Map.entry("LongStorage", 8),
            Map.entry("IntStorage", 4),
            Map.entry("ShortStorage", 2),
            Map.entry("CharStorage", 1),
            Map.entry("ByteStorage", 1),
            Map.entry("BoolStorage", 1));

    private final ZipFile zip;
    private final Findings findings;
    private final TreeMap<String, Integer> storages = new TreeMap<>();
    private int codeLeft = MOST_CODE;

    private TorchInspection(ZipFile zip, Findings findings) {
        this.zip = zip;
        this.findings = findings;
    }

    static void inspect(Path model, Findings findings) {
        try (ZipFile zip = new ZipFile(model.toFile())) {
            new TorchInspection(zip, findings).run();
        } catch (IOException e) {
            throw FileView.unreadable(model, e);
        }
    }

    private void run() throws IOException {
        long bytes = 0;
        long count = 0;
        for (ZipEntry entry : zip.stream().toList()) {
            String name = entry.getName();
            if (STORAGE.matcher(name).matches()) {
                bytes += Math.max(0, entry.getSize());
                count++;
            } else if (name.endsWith("/version")) {
                findings.formatVersion("archive " + text(entry, 16).strip());
            } else if (name.endsWith("data.pkl") || name.endsWith("constants.pkl")) {
                storageTypes(entry);
            } else if (CODE.matcher(name).matches()) {
                code(text(entry, codeLeft));
            }
        }
        findings.note("storages", Long.toString(count));
        findings.note("storage types", String.join(",", storages.keySet()));
        long width = storages.size() == 1 ? storages.firstEntry().getValue() : 0;
        findings.weights(count == 0 ? 0 : width > 0 ? bytes / width : -1, bytes);
    }

    private String text(ZipEntry entry, int most) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            return new String(in.readNBytes(Math.max(0, most)), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IOException(e);
        }
    }

    private void storageTypes(ZipEntry entry) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            for (String global : PickleScan.of(in.readNBytes(PICKLE_HEAD)).globals()) {
                String name = global.substring(global.lastIndexOf('.') + 1);
                Integer width = global.startsWith("torch.") ? WIDTHS.get(name) : null;
                if (width != null) {
                    storages.put(name, width);
                }
            }
        }
    }

    private void code(String source) {
        codeLeft -= source.length();
        Matcher calls = CALL.matcher(source);
        while (calls.find()) {
            findings.operator(calls.group(1));
        }
        Matcher forward = FORWARD.matcher(source);
        if (forward.find() && !findings.metadata.containsKey("forward")) {
            findings.note("forward", forward.group(1).replaceAll("\\s+", " "));
        }
    }
}
