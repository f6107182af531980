package io.edgeai.core.train;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.StatefulSession;
import io.edgeai.core.train.optimizer.UpdateRule;
import io.edgeai.core.train.optimizer.UpdateWriter;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sums the gradients of a batch's parts in one session and updates in another; each reads the other's memory in place.
 */
final class AccumulatingStepper implements Stepper {
    private final UpdateRule rule;
    private final StatefulSession sum;
    private final StatefulSession update;
    private final SessionState statistics;
    private final SessionState parameters;
    private final FloatBuffer loss;
    private final Map<String, Tensor> fed = new HashMap<>();

    AccumulatingStepper(InferenceRuntime runtime, SessionOptions options, GradientGraph gradient, UpdateRule rule) {
        this.rule = rule;
        this.sum = TrainingGraph.accumulate(gradient).open(runtime, options);
        try {
            this.update = TrainingGraph.update(gradient.parameters(), rule).open(runtime, options);
        } catch (RuntimeException e) {
            sum.close();
            throw e;
        }
        this.statistics = new SessionState(sum);
        this.parameters = new SessionState(update);
        this.loss = SessionState.loss(sum);
    }

    StatefulSession session() {
        return update;
    }

    @Override
    public void begin(long step, double learningRate) {
        update.write(UpdateWriter.SCALARS, rule.scalars(step, learningRate));
        sum.clear(TrainingGraph.SUM);
    }

    @Override
    public double add(Map<String, Tensor> part, double weight) {
        sum.write(TrainingGraph.WEIGHT, new float[] {(float) weight});
        fed.putAll(part);
        fed.put(GradientGraph.THETA, update.view(GradientGraph.THETA));
        sum.run(fed);
        return loss.get(0);
    }

    @Override
    public void finish() {
        update.run(Map.of(GradientGraph.GRADIENT, sum.view(TrainingGraph.SUM)));
    }

    /** The sum of gradients is not of interest between steps. */
    @Override
    public Map<String, float[]> state() {
        Map<String, float[]> vectors = new LinkedHashMap<>(parameters.read());
        vectors.putAll(statistics.read());
        vectors.remove(TrainingGraph.SUM);
        return vectors;
    }

    @Override
    public void restore(Map<String, float[]> vectors) {
        Map<String, float[]> all = new HashMap<>(vectors);
        all.put(TrainingGraph.SUM, sum.read(TrainingGraph.SUM));
        parameters.write(all);
        statistics.write(all);
    }

    @Override
    public void close() {
        update.close();
        sum.close();
    }
}
