package io.edgeai.core.runtime.onnxruntime;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.provider.ExecutionProvider;
import java.nio.file.Path;
import java.util.Set;

/** ONNX Runtime with an execution provider, whatever else the options say. */
record OnProvider(ExecutionProvider provider) implements InferenceRuntime {
    private static final OnnxRuntimeEngine ENGINE = new OnnxRuntimeEngine();

    /** Skips the test where the provider cannot be used. */
    void orSkip() {
        Availability availability = availability();
        assumeTrue(availability.usable(), "skipped: " + availability.detail());
    }

    @Override
    public String name() {
        return ENGINE.name() + " on " + provider.name();
    }

    @Override
    public Set<ModelFormat> formats() {
        return ENGINE.formats();
    }

    @Override
    public int rank() {
        return ENGINE.rank();
    }

    @Override
    public Availability availability() {
        return ENGINE.availability(provider);
    }

    @Override
    public InferenceSession open(Path model, SessionOptions options) {
        return ENGINE.open(model, options.provider(provider));
    }

    @Override
    public InferenceSession open(byte[] model, SessionOptions options) {
        return ENGINE.open(model, options.provider(provider));
    }
}
