package io.edgeai.core.runtime.provider;

import java.nio.file.Path;
import java.util.Map;

/**
 * Apple's Neural Engine, GPU and processor through Core ML; in the natives for macOS of {@code
 * com.microsoft.onnxruntime:onnxruntime}. ONNX Runtime's defaults: all units, the older form of model.
 */
public record CoreMlProvider(Map<String, String> options) implements ExecutionProvider {
    public CoreMlProvider {
        options = Map.copyOf(options);
    }

    @Override
    public String name() {
        return "coreml";
    }

    @Override
    public CoreMlProvider option(String name, String value) {
        return new CoreMlProvider(Settings.with(options, name, value));
    }

    /** What Core ML may compute on. */
    public enum Units {
        ALL("ALL"),
        CPU_ONLY("CPUOnly"),
        CPU_AND_GPU("CPUAndGPU"),
        CPU_AND_NEURAL_ENGINE("CPUAndNeuralEngine");

        private final String text;

        Units(String text) {
            this.text = text;
        }
    }

    public static CoreMlProvider units(Units units) {
        return new CoreMlProvider(Map.of("MLComputeUnits", units.text));
    }

    /** Models as ML programs (macOS 12, iOS 15 and later), which take more operators; default false. */
    public CoreMlProvider program(boolean wanted) {
        return option("ModelFormat", wanted ? "MLProgram" : "NeuralNetwork");
    }

    /** A folder for compiled models, so that the next start need not compile. */
    public CoreMlProvider cache(Path folder) {
        return option("ModelCacheDirectory", folder.toString());
    }
}
