package io.edgeai.core.format;

import io.edgeai.core.format.PickleValues.Made;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A PyTorch file: the tensors it holds by name, type and shape, and for TorchScript which operators its code calls and
 * what {@code forward} takes and gives. Pickles are sketched, code is read as text; nothing runs.
 */
final class TorchInspection {
    private static final int MOST_CODE = 2 << 20;
    private static final int MOST_PICKLE = 64 << 20;
    private static final Pattern STORAGE = Pattern.compile("[^/]*/(data|constants)/[0-9]+(\\.storage)?");
    private static final int MOST_PROGRAM = 256 << 20;
    private static final Pattern PROGRAM = Pattern.compile("(.*/)?(models/[^/]+|serialized_exported_program)\\.json");
    private static final Pattern CODE = Pattern.compile("[^/]*/code/.*\\.py");

    private final ZipFile zip;
    private final long fileBytes;
    private final Findings findings;
    private final TorchTensors tensors = new TorchTensors();
    private final TorchCode code;
    private int codeLeft = MOST_CODE;

    private TorchInspection(ZipFile zip, long fileBytes, Findings findings) {
        this.zip = zip;
        this.fileBytes = fileBytes;
        this.findings = findings;
        this.code = new TorchCode(findings);
    }

    static void inspect(Path model, Findings findings) {
        try (ZipFile zip = ZipArchive.open(model)) {
            if (findings.detected.variant().equals("exported program")) {
                exported(zip, Files.size(model), findings);
            } else {
                new TorchInspection(zip, Files.size(model), findings).run();
            }
        } catch (IOException e) {
            throw FileView.unreadable(model, e);
        }
        if (findings.detected.variant().equals("weights")) {
            withoutGraph(findings);
        }
    }

    /** The first program of an archive of {@code torch.export}. */
    private static void exported(ZipFile zip, long fileBytes, Findings findings) throws IOException {
        findings.inconvertible("programs of torch.export are not converted; export the model to ONNX where it was made,"
                + " with torch.onnx.export");
        List<? extends ZipEntry> programs = zip.stream()
                .filter(entry -> PROGRAM.matcher(entry.getName()).matches())
                .toList();
        if (programs.size() > 1) {
            findings.warn("The archive holds " + programs.size() + " programs; the first is described.");
        }
        if (programs.isEmpty()) {
            findings.noSignature("The archive holds compiled code without its program.");
            return;
        }
        if (programs.get(0).getSize() > MOST_PROGRAM) {
            findings.noSignature(
                    "The program is larger than the " + (MOST_PROGRAM >> 20) + " MiB that are read of it.");
            return;
        }
        try (InputStream in = new FirstBytes(zip.getInputStream(programs.get(0)), MOST_PROGRAM)) {
            TorchExport.read(in, fileBytes, findings);
        } catch (IllegalArgumentException e) {
            throw new IOException(e);
        }
    }

    /** Files of PyTorch before 1.6: a pickle each of a mark, a version, the system, the object, and the storages' keys. */
    static void legacy(FileView file, Findings findings) {
        try (InputStream in = file.windowed(0)) {
            TorchTensors tensors = new TorchTensors();
            long most = PickleRoom.of(file.size()) - file.size() / 2;
            PickleRoom room = new PickleRoom(most, value -> tensors.pass("", value), Set.of());
            PickleSketch sketch = PickleSketch.of(in, room);
            for (int i = 0; i < 3 && sketch.complete(); i++) {
                sketch = PickleSketch.of(in, room);
            }
            broken(sketch, "The pickle of tensors", findings);
            tensors.add("", sketch.value());
            if (!tensors.isEmpty()) {
                tensors.report(findings);
            }
        } catch (IOException e) {
            throw FileView.unreadable(file.path(), e);
        }
        withoutGraph(findings);
    }

    private static void broken(PickleSketch sketch, String what, Findings findings) {
        if (!sketch.complete()) {
            findings.warn(
                    sketch.damage().isEmpty()
                            ? what + " is larger than what is kept of it; what comes later is not counted."
                            : what + " is damaged or cut off (" + sketch.damage() + "). Maybe fetch it again.");
        }
    }

    private static void withoutGraph(Findings findings) {
        findings.noSignature("The file holds weights without a graph: what goes in and comes out is known to the"
                + " program that made it, not to the file.");
    }

    private void run() throws IOException {
        long bytes = 0;
        long count = 0;
        for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
            ZipEntry entry = all.nextElement();
            String name = entry.getName();
            if (STORAGE.matcher(name).matches()) {
                bytes += Math.max(0, entry.getSize());
                count++;
            } else if (name.endsWith("/version") && name.indexOf('/') == name.lastIndexOf('/')) {
                findings.formatVersion("archive " + text(entry, 16).strip());
            } else if (name.endsWith("/byteorder")) {
                findings.note("byte order", text(entry, 16).strip());
            } else if (name.endsWith("data.pkl") || name.endsWith("constants.pkl")) {
                pickle(entry);
            }
        }
        for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
            ZipEntry entry = all.nextElement();
            if (CODE.matcher(entry.getName()).matches()) {
                String source = text(entry, codeLeft);
                codeLeft -= source.length();
                code.read(entry.getName(), source);
            }
        }
        code.report();
        findings.note("storages", Long.toString(count));
        if (!tensors.isEmpty()) {
            tensors.report(findings);
        } else if (count == 0) {
            findings.weights(0, 0);
        } else {
            findings.weights(-1, bytes);
        }
    }

    private String text(ZipEntry entry, int most) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            return new String(in.readNBytes(Math.max(0, most)), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IOException(e);
        }
    }

    private void pickle(ZipEntry entry) throws IOException {
        String name = entry.getName();
        try (InputStream in = new FirstBytes(zip.getInputStream(entry), MOST_PICKLE)) {
            boolean data = name.endsWith("data.pkl");
            String archive = data ? "data/" : "constants/";
            long most = PickleRoom.of(fileBytes) - fileBytes / 2;
            PickleRoom room = new PickleRoom(most, value -> tensors.pass(archive, value), Set.of());
            PickleSketch sketch = PickleSketch.of(in, room);
            tensors.add(archive, sketch.value());
            if (data && sketch.value() instanceof Made root) {
                code.root(root.by);
            }
            broken(sketch, "The pickle (" + name + ")", findings);
        } catch (IllegalArgumentException e) {
            throw new IOException(e);
        }
    }
}
