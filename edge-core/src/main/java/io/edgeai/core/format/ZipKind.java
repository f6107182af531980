package io.edgeai.core.format;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ModelFormat;
import java.io.IOException;
import java.util.zip.ZipFile;

/** ZIP archives: PyTorch's, a zipped Core ML package, and others by what they hold. */
final class ZipKind {
    private static final int MOST_ENTRIES = 100_000;

    private ZipKind() {}

    static Detected of(FileView file) {
        try (ZipFile zip = ZipArchive.open(file.path())) {
            if (zip.size() > MOST_ENTRIES) {
                throw TextKind.refuse(file, "a ZIP archive of " + zip.size() + " entries. Maybe it is a data set.");
            }
            return classify(file, zip);
        } catch (IOException e) {
            throw new ModelFormatException(
                    "Model (" + file.path() + ") is a ZIP archive (as PyTorch writes them) that is damaged or cut off ("
                            + e.getMessage() + "). Maybe fetch it again.",
                    e);
        }
    }

    private static Detected classify(FileView file, ZipFile names) {
        if (any(names, "/constants.pkl") || names.getEntry("constants.pkl") != null) {
            return new Detected(
                    ModelFormat.PYTORCH, any(names, "/bytecode.pkl") ? "TorchScript for mobile" : "TorchScript");
        }
        if (any(names, "/data.pkl") || names.getEntry("data.pkl") != null) {
            return new Detected(ModelFormat.PYTORCH, "weights");
        }
        if (any(names, "serialized_exported_program.json") || any(names, "/archive_format")) {
            return new Detected(ModelFormat.PYTORCH, "exported program");
        }
        if (any(names, "Manifest.json") && any(names, ".mlmodel")) {
            return new Detected(ModelFormat.COREML, "zipped package");
        }
        throw TextKind.refuse(file, describe(names));
    }

    private static String describe(ZipFile names) {
        if (names.size() == 0) {
            return "an empty ZIP archive. Maybe fetch it again.";
        }
        if (any(names, "saved_model.pb")) {
            return "a zipped TensorFlow SavedModel. Maybe unpack it and name the folder.";
        }
        if (any(names, "model.weights.h5")) {
            return "a Keras archive. Maybe export it as a SavedModel or to ONNX.";
        }
        if (names.stream().allMatch(entry -> entry.getName().endsWith(".npy"))) {
            return "an archive of NumPy arrays, not a model. Maybe choose another file.";
        }
        if (any(names, "MAR-INF/MANIFEST.json")) {
            return "a TorchServe archive. Maybe unpack it and name the model in it.";
        }
        return "a ZIP archive of " + names.size() + " entries ("
                + names.entries().nextElement().getName() + ", …) without a model of a known kind."
                + " Maybe unpack it and name the model in it.";
    }

    private static boolean any(ZipFile names, String end) {
        return names.stream().anyMatch(entry -> entry.getName().endsWith(end));
    }
}
