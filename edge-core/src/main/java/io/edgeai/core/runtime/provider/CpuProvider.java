package io.edgeai.core.runtime.provider;

import io.edgeai.core.error.InvalidInputException;
import java.util.Map;

/** ONNX Runtime's own kernels on the processor: always here, and the default. */
public record CpuProvider() implements ExecutionProvider {
    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public Map<String, String> options() {
        return Map.of();
    }

    @Override
    public CpuProvider option(String name, String value) {
        throw new InvalidInputException("Execution provider (cpu) takes no option (" + name + "). Maybe leave it out.");
    }
}
