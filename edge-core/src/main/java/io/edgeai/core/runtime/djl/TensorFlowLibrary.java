package io.edgeai.core.runtime.djl;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.tensorflow.engine.SavedModelBundle;
import ai.djl.tensorflow.engine.TfSymbolBlock;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.format.ModelInspector;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.adapter.ModelBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.MetaGraphDef;

/** TensorFlow through the Deep Java Library. Loaded only once the engine is really used. */
final class TensorFlowLibrary {
    private static final String PLACE = "TENSORFLOW_LIBRARY_PATH";
    private static final Set<String> OPTIONS = Set.of("signature", "tags");

    private TensorFlowLibrary() {}

    static String version() {
        return engine().getVersion();
    }

    private static Engine engine() {
        boolean placed = System.getProperty(PLACE) != null || System.getenv(PLACE) != null;
        return QuietEngine.start(
                "TensorFlow",
                placed ? Map.of() : Map.of(PLACE, TensorFlowNatives.folder().toString()));
    }

    static TensorFlowModel load(Path path, SessionOptions options) {
        for (String option : options.engineOptions().keySet()) {
            if (!OPTIONS.contains(option)) {
                throw new InvalidInputException(
                        "TensorFlow has no engine option (" + option + "). Maybe one of " + OPTIONS + "?");
            }
        }
        ModelBytes.requireFormat(path, ModelFormat.TENSORFLOW);
        Map<String, Signature> signatures = ModelInspector.signatures(path);
        String key = key(path, signatures.keySet(), options.engineOptions().get("signature"));
        Signature signature = signatures.get(key);
        String tags = options.engineOptions().getOrDefault("tags", "serve");
        Path folder = Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
        Model model = QuietEngine.newModel(engine());
        ConfigProto threads = ConfigProto.newBuilder()
                .setIntraOpParallelismThreads(options.intraOpThreads())
                .setInterOpParallelismThreads(1)
                .build();
        try {
            model.load(folder, null, Map.of("Tags", tags, "SignatureDefKey", key, "ConfigProto", threads));
            return new TensorFlowModel(
                    model, withoutInitialization(model, key), signature == null ? Signature.UNKNOWN : signature);
        } catch (IOException | MalformedModelException | RuntimeException e) {
            model.close();
            String reason = TensorFlowModel.reason(e);
            throw reason.contains("Op type not registered")
                    ? new UnsupportedOperatorException(
                            "Model (" + path + ") uses an operator TensorFlow has no kernel for: " + reason
                                    + ". Maybe convert it to ONNX.",
                            e)
                    : new ModelFormatException(
                            "TensorFlow refuses the model (" + path + ", tags " + tags + "): " + reason
                                    + ". Maybe its variables are missing, or the engine option tags names another"
                                    + " graph.",
                            e);
        }
    }

    /**
     * The library's own block runs the model's initialization again at each call, which needs files of the model that it
     * does not feed, and would undo what the model remembers. Loading has run it once; this block knows of none.
     */
    private static TfSymbolBlock withoutInitialization(Model model, String key) {
        SavedModelBundle loaded = ((TfSymbolBlock) model.getBlock()).getSavedModelBundle();
        MetaGraphDef graph = loaded.getMetaGraphDef().toBuilder()
                .removeSignatureDef("__saved_model_init_op")
                .clearCollectionDef()
                .build();
        return new TfSymbolBlock(new SavedModelBundle(loaded.getGraph(), loaded.getSession(), graph), key);
    }

    private static String key(Path path, Set<String> keys, @org.jspecify.annotations.Nullable String wanted) {
        if (keys.isEmpty()) {
            throw new ModelFormatException("Model (" + path + ") has no signature, so nothing says what to feed. Maybe"
                    + " save it again with tf.saved_model.save and signatures.");
        }
        if (wanted != null && !keys.contains(wanted)) {
            throw new InvalidInputException(
                    "Model (" + path + ") has no signature (" + wanted + "). Maybe one of " + keys + "?");
        }
        String usual = keys.contains("serving_default")
                ? "serving_default"
                : keys.iterator().next();
        return wanted == null ? usual : wanted;
    }
}
