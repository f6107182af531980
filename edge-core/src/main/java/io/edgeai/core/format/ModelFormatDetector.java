package io.edgeai.core.format;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ModelFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Tells which of the ten formats a file or folder is, from its content alone. Reads some kilobytes and the headers of
 * protobuf fields; weights are skipped, so a file of gigabytes takes no longer than its number of top-level fields.
 * Stateless and thread-safe.
 */
public final class ModelFormatDetector {
    private static final int HEAD = 1 << 18;
    private static final int XGBOOST_PARAM_BYTES = 136;
    private static final Pattern XGBOOST_OBJECTIVE = Pattern.compile("[a-z]{2,20}:[a-z_0-9]{2,30}.*", Pattern.DOTALL);
    private static final Set<Integer> ZLIB_LEVELS = Set.of(0x01, 0x5e, 0x9c, 0xda);

    private ModelFormatDetector() {}

    /**
     * The format of a model.
     *
     * @throws ModelFormatException where it is none of the ten; the message says what it is instead
     */
    public static ModelFormat detect(Path model) {
        return detected(model).format();
    }

    static Detected detected(Path model) {
        if (Files.isDirectory(model)) {
            return FolderKind.of(model);
        }
        if (!Files.isRegularFile(model)) {
            throw new ModelFormatException("Model (" + model + ") does not exist. Maybe the path is relative to another"
                    + " folder than (" + Path.of("").toAbsolutePath() + ").");
        }
        try (FileView file = FileView.open(model)) {
            String kind = Marks.describe(file);
            if (!kind.isEmpty()) {
                throw TextKind.refuse(file, kind);
            }
            return byMark(file);
        }
    }

    private static Detected byMark(FileView file) {
        String head = file.latin(0, 16);
        byte[] start = file.bytes(0, 4096);
        if (head.startsWith("PK\u0003\u0004") || head.startsWith("PK\u0005\u0006")) {
            return ZipKind.of(file);
        }
        if (head.startsWith("TFL3", 4) && file.littleEndian(0, 4) < file.size()) {
            return new Detected(ModelFormat.TFLITE, "");
        }
        if (head.startsWith("ftrt") || head.startsWith("ptrt")) {
            long stated = EngineInspection.statedSize(file);
            if (stated > file.size()) {
                throw TextKind.refuse(
                        file,
                        "a TensorRT engine cut off after " + file.size() + " of " + stated
                                + " bytes. Maybe fetch it again.");
            }
            return new Detected(ModelFormat.TENSORRT, "serialized engine");
        }
        if (head.startsWith("binf") || head.startsWith("bs64")) {
            return new Detected(ModelFormat.XGBOOST, "deprecated binary");
        }
        if (SafetensorsHeader.looksLikeOne(file)) {
            SafetensorsHeader.read(file);
            return new Detected(ModelFormat.HUGGINGFACE, "safetensors");
        }
        if (TextKind.looksLikeUbjson(file)) {
            return TextKind.ubjson(file);
        }
        String packer = Packed.kind(head);
        if (!packer.isEmpty()) {
            return packed(file, packer);
        }
        Detected pickled = pickle(file, file.bytes(0, HEAD));
        if (pickled != null) {
            return pickled;
        }
        return Marks.text(start) ? byText(file, start) : byStructure(file, start);
    }

    /** joblib packs whole pickles with these too, and no other of the ten formats does; the JDK cannot unpack them. */
    private static Detected packed(FileView file, String packer) {
        Optional<byte[]> head;
        try {
            head = Packed.head(file, packer, HEAD);
        } catch (IOException e) {
            throw damaged(file, e);
        }
        if (head.isEmpty()) {
            return new Detected(ModelFormat.SCIKIT_LEARN, packer + "-compressed, as joblib writes; not looked into");
        }
        return ofContent(file, head.get(), packer);
    }

    private static Detected ofContent(FileView file, byte[] head, String packer) {
        Detected pickled = pickle(file, head);
        if (pickled != null) {
            return new Detected(pickled.format(), packer + "-compressed " + pickled.variant());
        }
        throw TextKind.refuse(file, packer + "-compressed. Maybe unpack it first.");
    }

    private static Detected byText(FileView file, byte[] start) {
        String text = new String(start, StandardCharsets.UTF_8);
        String stripped = text.replace("\ufeff", "").stripLeading();
        if (stripped.startsWith("<")) {
            return TextKind.xml(file);
        }
        if (stripped.startsWith("{") || stripped.startsWith("[")) {
            return TextKind.json(file);
        }
        // A tiny protobuf message can consist of printable bytes only.
        ModelFormat proto = ProtoKind.of(file).format();
        if (proto != null) {
            return new Detected(proto, variant(file, proto));
        }
        throw TextKind.refuse(file, Marks.describeText(text));
    }

    private static Detected byStructure(FileView file, byte[] start) {
        int first = start[0] & 0xff;
        if (first == 0x1f && start.length > 2 && (start[1] & 0xff) == 0x8b) {
            return compressed(file, true);
        }
        if (first == 0x78 && start.length > 2 && ZLIB_LEVELS.contains(start[1] & 0xff)) {
            return compressed(file, false);
        }
        ProtoKind proto = ProtoKind.of(file);
        ModelFormat format = proto.format();
        if (format != null) {
            return new Detected(format, variant(file, format));
        }
        if (oldXgboost(file)) {
            return new Detected(ModelFormat.XGBOOST, "deprecated binary");
        }
        String kind = proto.describe();
        throw TextKind.refuse(
                file,
                !kind.isEmpty()
                        ? kind
                        : "no model of a known kind (" + file.size() + " bytes). Maybe it is damaged, encrypted, or"
                                + " the weights of a model whose graph lies in another file.");
    }

    private static String variant(FileView file, ModelFormat format) {
        return format == ModelFormat.TENSORFLOW ? ProtoKind.of(file).savedModel() ? "SavedModel" : "GraphDef" : "";
    }

    /** Before version 1.0 without a mark: a fixed block of parameters, then the objective's name with its length. */
    private static boolean oldXgboost(FileView file) {
        if (file.size() < XGBOOST_PARAM_BYTES + 16) {
            return false;
        }
        long length = file.littleEndian(XGBOOST_PARAM_BYTES, 8);
        return length > 4
                && length < 64
                && XGBOOST_OBJECTIVE
                        .matcher(file.latin(XGBOOST_PARAM_BYTES + 8L, (int) length))
                        .matches();
    }

    private static @Nullable Detected pickle(FileView file, byte[] head) {
        boolean marked = PickleScan.hasProtocolMark(head);
        boolean old = !marked && head.length > 2 && "(c]}".indexOf(head[0]) >= 0;
        if (!marked && !old) {
            return null;
        }
        PickleScan scan = PickleScan.of(head);
        if (scan.legacyTorch()) {
            return new Detected(ModelFormat.PYTORCH, "legacy pickle");
        }
        for (String global : scan.globals()) {
            if (global.startsWith("sklearn.") || global.startsWith("lightgbm.") || global.startsWith("xgboost.")) {
                return new Detected(ModelFormat.SCIKIT_LEARN, "pickle of " + global);
            }
            if (global.startsWith("torch.") || global.startsWith("collections.OrderedDict") && torchLater(scan)) {
                return new Detected(ModelFormat.PYTORCH, "pickle of " + global);
            }
        }
        if (!marked) {
            return null;
        }
        if (!scan.complete() && new String(head, StandardCharsets.ISO_8859_1).contains("sklearn.")) {
            return new Detected(ModelFormat.SCIKIT_LEARN, "pickle");
        }
        throw TextKind.refuse(
                file,
                scan.globals().isEmpty()
                        ? "a Python pickle of plain values, not a model. Maybe choose another file."
                        : "a Python pickle of (" + scan.globals().get(0)
                                + "), not a scikit-learn or PyTorch model. Maybe"
                                + " save the model in its library's own format.");
    }

    private static boolean torchLater(PickleScan scan) {
        return scan.globals().stream().anyMatch(global -> global.startsWith("torch."));
    }

    /** joblib compresses whole pickles with zlib or gzip. */
    private static Detected compressed(FileView file, boolean gzip) {
        return ofContent(file, inflatedHead(file, gzip), gzip ? "gzip" : "zlib");
    }

    private static ModelFormatException damaged(FileView file, IOException e) {
        return new ModelFormatException(
                "Model (" + file.path() + ") begins like compressed data but is damaged. Maybe fetch it again.", e);
    }

    /** The first bytes behind the compression; as many as there are where it breaks off. */
    static byte[] inflatedHead(FileView file, boolean gzip) {
        byte[] raw = file.bytes(0, HEAD);
        byte[] out = new byte[HEAD];
        int n = 0;
        try (InputStream in = gzip
                ? new GZIPInputStream(new ByteArrayInputStream(raw))
                : new InflaterInputStream(new ByteArrayInputStream(raw))) {
            for (int got = in.read(out, n, out.length - n); got > 0; got = in.read(out, n, out.length - n)) {
                n += got;
            }
        } catch (IOException e) {
            if (n == 0) {
                throw damaged(file, e);
            }
        }
        return java.util.Arrays.copyOf(out, n);
    }
}
