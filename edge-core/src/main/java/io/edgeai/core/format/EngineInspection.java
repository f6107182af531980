package io.edgeai.core.format;

/**
 * The head of a TensorRT engine. The plan's form is not published; what is read here was found in an engine of TensorRT
 * 8.2 and is only believed where every mark stands in its place: 24 bytes of mark, version and length, then values, each
 * behind four bytes that name its kind.
 */
final class EngineInspection {
    private static final int HEAD = 24;
    private static final int BYTE = 0x018002;
    private static final int INT = 0x018007;
    private static final int NUMBERS = HEAD + 4 * 5 + 2 * 4;

    private EngineInspection() {}

    static void inspect(FileView file, Findings findings) {
        findings.formatVersion("plan " + file.littleEndian(4, 4) + " (" + file.latin(0, 4) + ")");
        String version = version(file);
        findings.producer(version.isEmpty() ? "" : "TensorRT " + version);
        findings.note("needs", version.isEmpty() ? "" : "TensorRT " + version + " and the kind of GPU it was built on");
        if (!version.isEmpty()) {
            device(file, findings);
        }
        findings.noSignature("An engine's bindings are in a form that NVIDIA keeps to itself; TensorRT, or the ONNX"
                + " file it was built from, tells them.");
        findings.noCount("An engine's weights are compiled into its kernels and not counted.");
    }

    /** Four numbers of a byte each. */
    private static String version(FileView file) {
        StringBuilder version = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            long at = HEAD + 5L * i;
            if (at + 5 > file.size() || file.littleEndian(at, 4) != BYTE) {
                return "";
            }
            version.append(i == 0 ? "" : ".").append(file.at(at + 4));
        }
        return version.toString();
    }

    /** Two marks without a value, then the compute capability of the GPU. */
    private static void device(FileView file, Findings findings) {
        long major = integer(file, NUMBERS);
        long minor = integer(file, NUMBERS + 8);
        if (major > 0 && major < 100 && minor >= 0 && minor < 10) {
            findings.note("built for", "a GPU of compute capability " + major + "." + minor);
        }
    }

    private static long integer(FileView file, long at) {
        return at + 8 <= file.size() && file.littleEndian(at, 4) == INT ? file.littleEndian(at + 4, 4) : -1;
    }

    /** The bytes a complete file would have, or -1 where the head does not tell. */
    static long statedSize(FileView file) {
        return file.size() < HEAD + 20 || version(file).isEmpty() ? -1 : HEAD + file.littleEndian(16, 8);
    }
}
