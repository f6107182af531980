package io.edgeai.core.runtime.provider;

import java.util.Map;

/**
 * Windows' GPUs through DirectML. Needs an ONNX Runtime built with it ({@code -Donnxruntime.native.path=FOLDER}). Default:
 * device 0.
 */
public record DirectMlProvider(Map<String, String> options) implements ExecutionProvider {
    public DirectMlProvider {
        options = Map.copyOf(options);
    }

    @Override
    public String name() {
        return "directml";
    }

    @Override
    public DirectMlProvider option(String name, String value) {
        return new DirectMlProvider(Settings.with(options, name, value));
    }

    public static DirectMlProvider device(int index) {
        return new DirectMlProvider(Map.of("device_id", Settings.device(index)));
    }
}
