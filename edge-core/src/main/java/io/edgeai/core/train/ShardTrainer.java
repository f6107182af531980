package io.edgeai.core.train;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.TrainingDivergedException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.StateTensor;
import io.edgeai.core.runtime.StatefulSession;
import io.edgeai.core.train.data.Shuffle;
import io.edgeai.core.train.data.TensorData;
import io.edgeai.core.train.optimizer.Schedule;
import io.edgeai.core.train.optimizer.UpdateRule;
import io.edgeai.core.train.optimizer.UpdateWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Trains on small sets, each in a single run of one shared session: what a participant in federated learning does
 * between two exchanges. Parameters come as a vector and go as a vector; the optimizer starts anew each time.
 *
 * <p>Thread-safe: one shard at a time, others wait.
 */
public final class ShardTrainer implements AutoCloseable {
    private final GradientGraph gradient;
    private final UpdateRule rule;
    private final StatefulSession session;
    private final Object turn = new Object();

    /**
     * How to train on a shard.
     *
     * @param epochs times that each example is used, at least 1
     * @param batchSize examples of a step, at least 1; the last of an epoch may be smaller
     * @param schedule learning rate over all steps of the run
     * @param seed of the order of examples
     * @param rule update rule; its numbers may differ from those the trainer was opened with, its form may not
     */
    public record Plan(int epochs, int batchSize, Schedule schedule, long seed, UpdateRule rule) {
        public Plan {
            if (epochs < 1 || batchSize < 1) {
                throw new InvalidInputException("A plan of (" + epochs + ") epochs and batches of (" + batchSize
                        + ") trains nothing. Maybe both at least 1.");
            }
        }
    }

    /** What a shard gave; arrays are the caller's own. */
    public static final class Outcome {
        private final float[] theta;
        private final float[] statistics;
        private final float[] losses;

        private Outcome(float[] theta, float[] statistics, float[] losses) {
            this.theta = theta;
            this.statistics = statistics;
            this.losses = losses;
        }

        /** Parameters after the last step. */
        public float[] theta() {
            return theta;
        }

        /** Statistics after the last step; empty where the model has none. */
        public float[] statistics() {
            return statistics;
        }

        /** Mean loss of each step's batch, just before the step. */
        public float[] losses() {
            return losses;
        }
    }

    private ShardTrainer(GradientGraph gradient, UpdateRule rule, StatefulSession session) {
        this.gradient = gradient;
        this.rule = rule;
        this.session = session;
    }

    /** Opens the one session. */
    public static ShardTrainer open(
            InferenceRuntime runtime, GradientGraph gradient, UpdateRule rule, SessionOptions options) {
        return new ShardTrainer(
                gradient, rule, TrainingGraph.loop(gradient.on(runtime), rule).open(runtime, options));
    }

    /** {@link #train(Plan, TensorData, float[], float[], float[], Duration)} for a rule without a control variate. */
    public Outcome train(Plan plan, TensorData shard, float[] theta) {
        return train(plan, shard, theta, new float[gradient.statistics().size()], null, null);
    }

    /**
     * Trains on one shard.
     *
     * @param shard examples, by the names of the graph's data
     * @param theta parameters to start from; also the anchor of a rule that has one
     * @param statistics statistics to start from; empty where the model has none
     * @param control the control variate of a rule that has one, else null
     * @param deadline longest time of the run, or null for none
     * @throws io.edgeai.core.error.InferenceTimeoutException past the deadline
     * @throws TrainingDivergedException where a loss is no finite number
     */
    public Outcome train(
            Plan plan,
            TensorData shard,
            float[] theta,
            float[] statistics,
            float @Nullable [] control,
            @Nullable Duration deadline) {
        check(plan.rule(), theta, statistics, control);
        Map<String, Tensor> data = new HashMap<>(shard.columns());
        int steps = batches(plan, shard.size(), data);
        float[] losses;
        synchronized (turn) {
            start(theta, statistics, control);
            Tensor given =
                    session.run(data, Set.of(TrainingGraph.LOSSES), deadline).get(TrainingGraph.LOSSES);
            losses = given == null ? new float[0] : given.floats();
            theta = session.read(GradientGraph.THETA);
            statistics = statistics.length == 0 ? statistics : session.read(GradientGraph.STATISTICS);
        }
        for (int i = 0; i < losses.length; i++) {
            if (!Float.isFinite(losses[i])) {
                throw new TrainingDivergedException("The loss at step (" + (i + 1) + ") of " + steps + " is ("
                        + losses[i] + "). Maybe lower the learning rate, clip the gradient"
                        + " (UpdateRule.Builder.clipNorm), or look for such values in the data.");
            }
        }
        return new Outcome(theta, statistics, losses);
    }

    private void check(UpdateRule planned, float[] theta, float[] statistics, float @Nullable [] control) {
        gradient.parameters().check(theta);
        gradient.statistics().check(statistics);
        boolean sameForm = planned.scalarNames().equals(rule.scalarNames())
                && planned.optimizer().slots().equals(rule.optimizer().slots())
                && planned.optimizer().name().equals(rule.optimizer().name())
                && planned.hasControl() == rule.hasControl();
        if (!sameForm) {
            throw new InvalidInputException(
                    "The plan's rule (" + planned.optimizer().name() + " with "
                            + planned.scalarNames() + ") has another form than the trainer's ("
                            + rule.optimizer().name()
                            + " with " + rule.scalarNames() + "). Maybe open a trainer for it.");
        }
        if (rule.hasControl() != (control != null)) {
            throw new InvalidInputException("The control variate is ("
                    + (control == null ? "missing" : "not part of the rule") + "). Maybe see UpdateRule.Builder"
                    + ".control.");
        }
        if (control != null) {
            gradient.parameters().check(control);
        }
    }

    /** Order, bounds and schedule; the number of steps. */
    private static int batches(Plan plan, int size, Map<String, Tensor> data) {
        int ofEpoch = (size + plan.batchSize() - 1) / plan.batchSize();
        int steps = Math.multiplyExact(ofEpoch, plan.epochs());
        long[] order = new long[Math.multiplyExact(size, plan.epochs())];
        long[] bounds = new long[steps + 1];
        int scalars = plan.rule().scalarNames().size();
        float[] schedule = new float[Math.multiplyExact(steps, scalars)];
        for (int epoch = 0; epoch < plan.epochs(); epoch++) {
            int[] shuffled = Shuffle.order(size, plan.seed(), epoch);
            for (int i = 0; i < size; i++) {
                order[epoch * size + i] = shuffled[i];
            }
            for (int batch = 0; batch < ofEpoch; batch++) {
                bounds[epoch * ofEpoch + batch + 1] =
                        (long) epoch * size + Math.min(size, (batch + 1L) * plan.batchSize());
            }
        }
        for (int step = 0; step < steps; step++) {
            float[] row = plan.rule().scalars(step + 1L, plan.schedule().at(step, steps));
            System.arraycopy(row, 0, schedule, step * scalars, scalars);
        }
        data.put(TrainingGraph.ORDER, Tensor.of(order, order.length));
        data.put(TrainingGraph.BOUNDS, Tensor.of(bounds, bounds.length));
        data.put(TrainingGraph.SCHEDULE, Tensor.of(schedule, steps, scalars));
        return steps;
    }

    private void start(float[] theta, float[] statistics, float @Nullable [] control) {
        List<String> names = session.states().stream().map(StateTensor::name).toList();
        names.forEach(session::clear);
        session.write(GradientGraph.THETA, theta);
        if (statistics.length > 0) {
            session.write(GradientGraph.STATISTICS, statistics);
        }
        if (rule.hasAnchor()) {
            session.write(UpdateWriter.ANCHOR, theta);
        }
        if (control != null) {
            session.write(UpdateWriter.CONTROL, control);
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
