package io.edgeai.federated;

import io.edgeai.federated.strategy.Aggregator;
import java.util.ArrayList;
import java.util.List;

/** What liars that know everybody's updates send in the place of their own. */
enum Attack {
    /** The change, the other way. */
    SIGN_FLIP(-1, 0, 0),
    /** Five times the change, the other way. */
    SCALED_BACK(-5, 0, 0),
    /** Ten times the change. */
    SCALED(10, 0, 0),
    /** Half the honest mean's change, the other way: the inner product attack of Xie et al. 2019. */
    INNER_PRODUCT(0, -0.5, 0),
    /** The honest mean less their standard deviation in each coordinate: "a little is enough", Baruch et al. 2019. */
    ALIE_1(0, 1, 1),
    /** {@link #ALIE_1} with 1.5 deviations. */
    ALIE_1_5(0, 1, 1.5);

    private final double ofOwn;
    private final double ofMean;
    private final double deviations;

    Attack(double ofOwn, double ofMean, double deviations) {
        this.ofOwn = ofOwn;
        this.ofMean = ofMean;
        this.deviations = deviations;
    }

    /** The first {@code liars} updates of each round are replaced before the rule sees any. */
    Aggregator on(Aggregator rule, int liars) {
        return new Aggregator() {
            @Override
            public String name() {
                return rule.name() + " under " + Attack.this;
            }

            @Override
            public Accumulator start(int parameters) {
                return start(new float[parameters]);
            }

            @Override
            public Accumulator start(float[] model) {
                return new Poisoned(model.clone(), liars, rule.start(model));
            }
        };
    }

    private float[] lie(float[] model, float[] own, double[] mean, double[] deviation) {
        float[] sent = new float[model.length];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = (float) (model[i]
                    + ofOwn * (own[i] - model[i])
                    + ofMean * (mean[i] - model[i])
                    - deviations * deviation[i]);
        }
        return sent;
    }

    private final class Poisoned implements Aggregator.Accumulator {
        private final float[] model;
        private final int liars;
        private final Aggregator.Accumulator rule;
        private final List<float[]> updates = new ArrayList<>();

        Poisoned(float[] model, int liars, Aggregator.Accumulator rule) {
            this.model = model;
            this.liars = liars;
            this.rule = rule;
        }

        @Override
        public void add(float[] parameters, double weight) {
            updates.add(parameters);
        }

        @Override
        public double[] result() {
            List<float[]> honest = updates.subList(liars, updates.size());
            double[] mean = new double[model.length];
            double[] deviation = new double[model.length];
            for (int i = 0; i < model.length; i++) {
                for (float[] update : honest) {
                    mean[i] += update[i] / (double) honest.size();
                }
                for (float[] update : honest) {
                    deviation[i] += Math.pow(update[i] - mean[i], 2) / honest.size();
                }
                deviation[i] = Math.sqrt(deviation[i]);
            }
            updates.subList(0, liars).forEach(own -> rule.add(lie(model, own, mean, deviation), 1));
            honest.forEach(update -> rule.add(update, 1));
            return rule.result();
        }
    }
}
