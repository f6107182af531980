package io.edgeai.core.runtime.onnxruntime;

import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.StateTensor;
import io.edgeai.core.runtime.StatefulSession;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Runs ONNX models on ONNX Runtime's CPU provider. Its natives load at the first {@link #availability()} or
 * {@link #open}. Engine options go to ONNX Runtime as session configuration entries. Thread-safe.
 *
 * <p>The first {@code open} takes the process-wide ONNX Runtime environment, or creates it where nobody has; sessions
 * bring their own threads, so whose it is does not matter here. DJL's ONNX Runtime engine however fails where an
 * environment exists: a process that uses both starts DJL's first.
 */
public final class OnnxRuntimeEngine implements InferenceRuntime {
    @Override
    public String name() {
        return "onnxruntime";
    }

    @Override
    public Set<ModelFormat> formats() {
        return Set.of(ModelFormat.ONNX);
    }

    @Override
    public int rank() {
        return 100;
    }

    @Override
    public Availability availability() {
        try {
            return new Availability(true, SessionFactory.version());
        } catch (LinkageError e) {
            return new Availability(
                    false,
                    "cannot load ONNX Runtime: " + e
                            + ". Maybe add the dependency com.microsoft.onnxruntime:onnxruntime:1.29.0; natives exist"
                            + " for Linux x64 and aarch64, macOS aarch64 and Windows x64");
        }
    }

    @Override
    public InferenceSession open(Path model, SessionOptions options) {
        requireUsable();
        return SessionFactory.open(model, options);
    }

    @Override
    public InferenceSession open(byte[] model, SessionOptions options) {
        requireUsable();
        return SessionFactory.open(model, options);
    }

    @Override
    public StatefulSession openStateful(byte[] model, List<StateTensor> states, SessionOptions options) {
        requireUsable();
        return SessionFactory.openStateful(model, states, options);
    }

    private void requireUsable() {
        Availability availability = availability();
        if (!availability.usable()) {
            throw new RuntimeUnavailableException("ONNX Runtime is not usable: " + availability.detail() + ".");
        }
    }
}
