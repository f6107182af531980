package io.edgeai.federated.training;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.Standardization;

/**
 * An architecture with the parameters it learned. Immutable and thread-safe; each call allocates its own scratch memory,
 * so export to ONNX for serving.
 */
public final class TrainedModel {
    private final LocalModel model;
    private final float[] parameters;

    /** Copies the parameters. */
    public TrainedModel(LocalModel model, float[] parameters) {
        model.layout().check(parameters);
        this.model = model;
        this.parameters = parameters.clone();
    }

    public LocalModel model() {
        return model;
    }

    /** A copy of the parameter vector. */
    public float[] parameters() {
        return parameters.clone();
    }

    /** Class probabilities of one sample. */
    public float[] predict(float[] sample) {
        return new Trainer(model).predict(parameters, sample);
    }

    public Evaluation evaluate(LabelledSet data) {
        return new Trainer(model).evaluate(parameters, data);
    }

    /** The model as an ONNX graph; see {@link LocalModel#toOnnx}. */
    public OnnxGraph toOnnx(String name) {
        return model.toOnnx(name, parameters, null);
    }

    /** The model as an ONNX graph that standardizes its inputs itself, for a model trained on standardized data. */
    public OnnxGraph toOnnx(String name, Standardization standardization) {
        return model.toOnnx(name, parameters, standardization);
    }
}
