package io.edgeai.core.onnx;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Names what a file that is not ONNX looks like, from its first bytes, for error messages. */
final class FileKind {
    private record Mark(int offset, String bytes, String kind) {}

    private static final List<Mark> MARKS = List.of(
            new Mark(
                    0,
                    "version https://git-lfs",
                    "a Git LFS pointer, not the model itself. Maybe run 'git lfs pull', or download the file proper."),
            new Mark(
                    0,
                    "<!doctype html",
                    "an HTML page, not a model. Maybe the download link leads to a page; use the raw file."),
            new Mark(0, "<html", "an HTML page, not a model. Maybe the download link leads to a page."),
            new Mark(0, "<?xml", "an XML file, not ONNX. Maybe it is an OpenVINO model; use that format."),
            new Mark(0, "PK\u0003\u0004", "a ZIP archive, not ONNX. Maybe it is a PyTorch or Keras model."),
            new Mark(0, "\u0089HDF", "an HDF5 file, not ONNX. Maybe it is a Keras model."),
            new Mark(0, "\u001f\u008b", "gzip-compressed. Maybe unpack it first."),
            new Mark(0, "\u0080\u0002", "a Python pickle, not ONNX. Maybe it is a PyTorch or scikit-learn model."),
            new Mark(0, "\u0080\u0003", "a Python pickle, not ONNX. Maybe it is a scikit-learn model."),
            new Mark(0, "\u0080\u0004", "a Python pickle, not ONNX. Maybe it is a scikit-learn model."),
            new Mark(0, "\u0080\u0005", "a Python pickle, not ONNX. Maybe it is a scikit-learn model."),
            new Mark(4, "TFL3", "a TensorFlow Lite model, not ONNX. Maybe use that format."),
            new Mark(
                    4,
                    "ORTM",
                    "a model in ONNX Runtime's own .ort format, not ONNX. Maybe use the .onnx it came from."),
            new Mark(0, "ftrt", "a TensorRT engine, not ONNX. Maybe use the .onnx it was built from."),
            new Mark(8, "{\"", "a safetensors file, not ONNX. Maybe use that format."),
            new Mark(0, "{", "a JSON document, not ONNX. Maybe it is an XGBoost model."));

    private FileKind() {}

    /** What follows "The file is"; empty where nothing is recognized. */
    static String describe(byte[] bytes) {
        if (bytes.length == 0) {
            return "empty. Maybe the download failed.";
        }
        String head = new String(bytes, 0, Math.min(bytes.length, 64), StandardCharsets.ISO_8859_1);
        String lower = head.stripLeading().toLowerCase(Locale.ROOT);
        for (Mark mark : MARKS) {
            if (head.startsWith(mark.bytes(), mark.offset())
                    || (mark.offset() == 0 && lower.startsWith(mark.bytes().toLowerCase(Locale.ROOT)))) {
                return mark.kind();
            }
        }
        if (head.chars().allMatch(c -> c == 0)) {
            return "filled with zero bytes, not a model. Maybe the download failed; fetch it again.";
        }
        if (head.chars().allMatch(c -> c == '\n' || c == '\r' || c == '\t' || (c >= ' ' && c < 127))) {
            return "text, not ONNX. Maybe choose another file.";
        }
        return "";
    }
}
