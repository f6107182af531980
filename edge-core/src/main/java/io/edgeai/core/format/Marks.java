package io.edgeai.core.format;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Marks of files that are no model, or none the library takes, with what to do about it. */
final class Marks {
    private record Mark(int offset, String bytes, String kind) {}

    private static final List<Mark> MARKS = List.of(
            new Mark(
                    0,
                    "version https://git-lfs",
                    "a Git LFS pointer, not the model itself. Maybe run 'git lfs pull', or download the file proper."),
            new Mark(
                    0,
                    "\u0089HDF\r\n",
                    "an HDF5 file. Maybe it is a Keras model: export it as a SavedModel or to ONNX."),
            new Mark(0, "GGUF", "a GGUF model. Maybe use the safetensors it was made from."),
            new Mark(4, "ORTM", "a model in ONNX Runtime's own .ort format. Maybe use the .onnx it came from."),
            new Mark(4, "ET12", "an ExecuTorch program. Maybe export the PyTorch model to ONNX."),
            new Mark(0, "\u0093NUMPY", "a NumPy array, not a model. Maybe it is test data; choose another file."),
            new Mark(0, "\u007fELF", "a program or native library, not a model. Maybe choose another file."),
            new Mark(
                    0,
                    "\u007felf",
                    "an OpenVINO blob compiled for one Myriad device. Maybe use the .xml and .bin it came from."),
            new Mark(0, "(\u00b5/\u00fd", "zstd-compressed. Maybe unpack it first."),
            new Mark(0, "7z\u00bc\u00af", "a 7-Zip archive. Maybe unpack it first."),
            new Mark(257, "ustar", "a tar archive. Maybe unpack it first and name the model in it."),
            new Mark(0, "CBM1", "a CatBoost model. Maybe export it to ONNX with save_model(format='onnx')."),
            new Mark(
                    0,
                    "tree\nversion=",
                    "a LightGBM text model. Maybe pickle its Booster or scikit-learn wrapper, which is read here."),
            new Mark(0, "\u0089PNG", "a PNG image, not a model. Maybe choose another file."),
            new Mark(0, "\u00ff\u00d8\u00ff", "a JPEG image, not a model. Maybe choose another file."),
            new Mark(0, "%PDF", "a PDF document, not a model. Maybe choose another file."),
            new Mark(0, "SQLite format 3", "an SQLite database, not a model. Maybe choose another file."));

    private Marks() {}

    /** What follows "is"; empty where nothing is recognized. */
    static String describe(FileView file) {
        if (file.size() == 0) {
            return "empty. Maybe the download failed; fetch it again.";
        }
        String head = file.latin(0, 4096);
        for (Mark mark : MARKS) {
            if (head.startsWith(mark.bytes(), mark.offset())) {
                return mark.kind();
            }
        }
        if (zeros(file)) {
            return "filled with zero bytes, not a model. Maybe the download failed; fetch it again.";
        }
        return "";
    }

    /** What a text is that no text format claimed. */
    static String describeText(String head) {
        String lower = head.stripLeading().toLowerCase(Locale.ROOT);
        if (lower.startsWith("<!doctype html") || lower.startsWith("<html")) {
            return "an HTML page, not a model. Maybe the download link leads to a page; use the raw file.";
        }
        return "text, not a model. Maybe choose another file.";
    }

    static boolean text(byte[] head) {
        for (byte b : head) {
            if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t' && b != '\f') {
                return false;
            }
        }
        return head.length > 0
                && new String(head, StandardCharsets.UTF_8)
                                .chars()
                                .limit(Math.max(1, head.length - 4L))
                                .filter(c -> c == 0xfffd)
                                .count()
                        == 0;
    }

    private static boolean zeros(FileView file) {
        long step = Math.max(1, file.size() / 4096);
        for (long i = 0; i < Math.min(file.size(), 8192); i++) {
            if (file.at(i) != 0) {
                return false;
            }
        }
        for (long i = 0; i < file.size(); i += step) {
            if (file.at(i) != 0) {
                return false;
            }
        }
        return true;
    }
}
