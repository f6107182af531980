package io.edgeai.core.runtime.xgboost;

import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.adapter.ModelBytes;
import io.edgeai.core.runtime.adapter.SlottedSession;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Runs XGBoost models with XGBoost's own library: JSON and UBJSON, and the binary format before 3.1. Files of a newer
 * version than the library's are refused: 3.0 would silently misread the {@code base_score} that 3.1 writes. Its natives load at the first {@link #availability()} or {@link #open}. Thread-safe.
 *
 * <p>The input is {@code input} FLOAT [N, features], NaN meaning missing; outputs are {@code margin} FLOAT [N, groups] and
 * {@code prediction}, which is what the objective makes of the margin. {@code predict} gives margins.
 * {@link SessionOptions#intraOpThreads()} is XGBoost's {@code nthread}; engine options are XGBoost's own parameters, as
 * {@code Booster.setParam} takes them. A call cannot be stopped: past its deadline the caller leaves, and the call ends
 * in its slot.
 */
public final class XgboostRuntime implements InferenceRuntime {
    private static final String DEPENDENCY = "ml.dmlc:xgboost4j_2.12:3.0.4";

    @Override
    public String name() {
        return "xgboost";
    }

    @Override
    public Set<ModelFormat> formats() {
        return Set.of(ModelFormat.XGBOOST);
    }

    /** Below engines without natives, since calls from Java cost more than small forests. */
    @Override
    public int rank() {
        return 40;
    }

    @Override
    public boolean reference() {
        return true;
    }

    @Override
    public Optional<String> dependency() {
        return Optional.of(DEPENDENCY);
    }

    @Override
    public Availability availability() {
        try {
            return new Availability(true, Boosters.version());
        } catch (NoClassDefFoundError e) {
            return String.valueOf(e.getMessage()).startsWith("Could not initialize")
                    ? noNatives(e)
                    : new Availability(
                            false,
                            "its classes are not here (" + e.getMessage() + "). Maybe add the dependency " + DEPENDENCY
                                    + " without org.scala-lang");
        } catch (LinkageError | RuntimeException e) {
            return noNatives(e);
        }
    }

    private static Availability noNatives(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new Availability(
                false,
                "its native library does not load (" + root.getMessage()
                        + "). Maybe install libgomp1; natives exist for Linux and macOS on x86-64 and ARM and for"
                        + " Windows on x86-64");
    }

    @Override
    public InferenceSession open(Path model, SessionOptions options) {
        requireUsable();
        return new SlottedSession(Boosters.load(model, options), options.slots(), name());
    }

    @Override
    public InferenceSession open(byte[] model, SessionOptions options) {
        return ModelBytes.asFile(model, file -> open(file, options));
    }

    private void requireUsable() {
        Availability availability = availability();
        if (!availability.usable()) {
            throw new RuntimeUnavailableException("XGBoost is not usable: " + availability.detail() + ".");
        }
    }
}
