package io.edgeai.core.runtime.djl;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.format.ModelInspection;
import io.edgeai.core.format.ModelInspector;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.runtime.adapter.ModelBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** PyTorch through the Deep Java Library. Loaded only once the engine is really used. */
final class TorchLibrary {
    private static final Map<String, String> ONE_THREAD = Map.of("ai.djl.pytorch.num_threads", "1");

    private TorchLibrary() {}

    static String version() {
        Engine engine = engine();
        return engine.getVersion();
    }

    private static Engine engine() {
        ClassLoader loader = Engine.class.getClassLoader();
        if (System.getProperty("PYTORCH_LIBRARY_PATH") == null && System.getenv("PYTORCH_LIBRARY_PATH") == null) {
            require(loader, "jnilib/pytorch.properties", "pytorch-jni");
            require(loader, "native/lib/pytorch.properties", "pytorch-native-cpu");
        }
        return QuietEngine.start("PyTorch", ONE_THREAD);
    }

    private static void require(ClassLoader loader, String resource, String artifact) {
        if (loader.getResource(resource) == null) {
            throw new Platforms.MissingPart("its native library is not here (" + artifact + ")");
        }
    }

    static TorchModel load(Path file) {
        ModelBytes.requireFormat(file, ModelFormat.PYTORCH);
        ModelInspection about = ModelInspector.inspect(file);
        if (!about.variant().startsWith("TorchScript")) {
            throw new ModelFormatException("Model (" + file + ") is (" + about.variant()
                    + "), not TorchScript, and nothing but the program that made it knows its graph. Maybe save it there"
                    + " with torch.jit.script or torch.jit.trace.");
        }
        TorchParameters parameters = TorchParameters.of(file, about.metadata().getOrDefault("inputs", ""));
        Model model = QuietEngine.newModel(engine());
        try (InputStream in = Files.newInputStream(file)) {
            model.load(in, Map.of());
            return new TorchModel(model, parameters);
        } catch (IOException | MalformedModelException | EngineException e) {
            model.close();
            throw new ModelFormatException(
                    "PyTorch refuses the model (" + file + "): " + TorchModel.reason(e)
                            + ". Maybe the file is damaged, or of a newer version.",
                    e);
        }
    }
}
