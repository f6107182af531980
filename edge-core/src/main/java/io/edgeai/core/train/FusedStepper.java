package io.edgeai.core.train;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.StatefulSession;
import io.edgeai.core.train.optimizer.UpdateRule;
import io.edgeai.core.train.optimizer.UpdateWriter;
import java.nio.FloatBuffer;
import java.util.Map;

/** Forward, backward and update in one run. */
final class FusedStepper implements Stepper {
    private final UpdateRule rule;
    private final StatefulSession session;
    private final SessionState state;
    private final FloatBuffer loss;

    FusedStepper(InferenceRuntime runtime, SessionOptions options, GradientGraph gradient, UpdateRule rule) {
        this.rule = rule;
        this.session = TrainingGraph.step(gradient, rule).open(runtime, options);
        this.state = new SessionState(session);
        this.loss = SessionState.loss(session);
    }

    StatefulSession session() {
        return session;
    }

    @Override
    public void begin(long step, double learningRate) {
        session.write(UpdateWriter.SCALARS, rule.scalars(step, learningRate));
    }

    @Override
    public double add(Map<String, Tensor> part, double weight) {
        session.run(part);
        return loss.get(0);
    }

    @Override
    public void finish() {}

    @Override
    public Map<String, float[]> state() {
        return state.read();
    }

    @Override
    public void restore(Map<String, float[]> vectors) {
        state.write(vectors);
    }

    @Override
    public void close() {
        session.close();
    }
}
