package io.edgeai.federated;

import io.edgeai.federated.strategy.Aggregator;
import io.edgeai.federated.strategy.ClientAlgorithm;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Parts of a strategy that write down what the engine tells them. */
final class Recorder implements Aggregator, ClientAlgorithm {
    /** First parameter of each update, one list for each round. */
    final List<List<Float>> firsts = new ArrayList<>();

    final List<List<Double>> weights = new ArrayList<>();
    final List<List<ReportedLoss>> losses = new ArrayList<>();
    final AtomicInteger taken = new AtomicInteger();

    @Override
    public String name() {
        return "recorder";
    }

    @Override
    public Accumulator start(int parameters) {
        List<Float> first = new ArrayList<>();
        List<Double> weight = new ArrayList<>();
        firsts.add(first);
        weights.add(weight);
        Accumulator mean = Aggregator.weightedMean().start(parameters);
        return new Accumulator() {
            @Override
            public void add(float[] update, double share) {
                taken.incrementAndGet();
                first.add(update[0]);
                weight.add(share);
                mean.add(update, share);
            }

            @Override
            public double[] result() {
                return mean.result();
            }
        };
    }

    @Override
    public boolean keepsPartialWork() {
        return true;
    }

    @Override
    public boolean needsInitialLoss() {
        return true;
    }

    @Override
    public Course start() {
        return new Course() {
            @Override
            public double mu() {
                return 0;
            }

            @Override
            public void observe(List<ReportedLoss> reported) {
                losses.add(List.copyOf(reported));
            }
        };
    }

    /** A participant that answers {@code start + step} in every parameter. */
    static FederatedParticipant plus(String id, int samples, float step) {
        return FederatedParticipant.of(id, samples, task -> Update.of(shifted(task, step), samples));
    }

    static float[] shifted(RoundTask task, float step) {
        float[] parameters = task.parameters();
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] += step;
        }
        return parameters;
    }
}
