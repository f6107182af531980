package io.edgeai.core.train;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.StatefulSession;
import io.edgeai.core.train.optimizer.FlatOptimizer;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Forward and backward in a run, the update in Java. */
final class FlatStepper implements Stepper {
    private static final String SLOT = "flat.";

    private final FlatOptimizer optimizer;
    private final StatefulSession session;
    private final SessionState state;
    private final FloatBuffer loss;
    private final float[] theta;
    private final float[] gradient;
    private final float[] part;
    private long step;
    private double learningRate;
    private boolean first;

    FlatStepper(InferenceRuntime runtime, SessionOptions options, GradientGraph graph, FlatOptimizer optimizer) {
        this.optimizer = optimizer;
        this.session = TrainingGraph.gradientOnly(graph).open(runtime, options);
        this.state = new SessionState(session, GradientGraph.THETA);
        this.loss = SessionState.loss(session);
        this.theta = new float[graph.parameters().size()];
        this.gradient = new float[theta.length];
        this.part = new float[theta.length];
    }

    @Override
    public void begin(long number, double rate) {
        step = number;
        learningRate = rate;
        first = true;
    }

    @Override
    public double add(Map<String, Tensor> batch, double weight) {
        session.run(batch);
        if (weight == 1) {
            session.read(GradientGraph.GRADIENT, gradient);
        } else {
            session.read(GradientGraph.GRADIENT, part);
            for (int i = 0; i < part.length; i++) {
                float weighted = (float) weight * part[i];
                gradient[i] = first ? weighted : gradient[i] + weighted;
            }
        }
        first = false;
        return loss.get(0);
    }

    @Override
    public void finish() {
        optimizer.update(theta, gradient, learningRate, step);
        session.write(GradientGraph.THETA, theta);
    }

    @Override
    public Map<String, float[]> state() {
        Map<String, float[]> vectors = new LinkedHashMap<>(state.read());
        List<float[]> slots = optimizer.slots();
        for (int i = 0; i < slots.size(); i++) {
            vectors.put(SLOT + i, slots.get(i).clone());
        }
        return vectors;
    }

    @Override
    public void restore(Map<String, float[]> vectors) {
        state.write(vectors);
        session.read(GradientGraph.THETA, theta);
        List<float[]> slots = optimizer.slots();
        for (int i = 0; i < slots.size(); i++) {
            float[] saved = vectors.get(SLOT + i);
            if (saved == null) {
                continue;
            }
            if (saved.length != slots.get(i).length) {
                throw new InvalidInputException("Slot (" + i + ") of the optimizer has " + slots.get(i).length
                        + " values, the saved one (" + saved.length + "). Maybe another optimizer saved it.");
            }
            System.arraycopy(saved, 0, slots.get(i), 0, saved.length);
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
