package io.edgeai.formats.xgboost;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.nio.file.Path;
import java.util.Set;

/**
 * Runs XGBoost models in Java, without natives: the engine for one row at a time, where a call into a native library costs
 * more than the trees. Inputs and outputs are those of {@link XgboostImporter}. Session options change nothing: any number
 * of threads run at once. Stateless and thread-safe.
 */
public final class XgboostEngine implements InferenceRuntime {
    @Override
    public String name() {
        return "java-trees";
    }

    @Override
    public Set<ModelFormat> formats() {
        return Set.of(ModelFormat.XGBOOST);
    }

    @Override
    public int rank() {
        return 50;
    }

    @Override
    public Availability availability() {
        return new Availability(true, "built in");
    }

    @Override
    public InferenceSession open(Path model, SessionOptions options) {
        return new XgboostSession(XgboostReader.read(model));
    }

    @Override
    public InferenceSession open(byte[] model, SessionOptions options) {
        return new XgboostSession(XgboostReader.read(model));
    }
}
