package io.edgeai.federated.strategy;

/** The server's side of SCAFFOLD: c moves by the changes of the participants' variates over all participants. */
record Scaffold() implements ClientAlgorithm {
    @Override
    public String name() {
        return "scaffold";
    }

    @Override
    public LocalRule rule() {
        return new LocalRule(LocalRule.Kind.SCAFFOLD, 0);
    }

    @Override
    public boolean keepsPartialWork() {
        return true;
    }

    @Override
    public Course start() {
        return new Variate();
    }

    private static final class Variate implements Course {
        private double[] control = new double[0];
        private double[] change = new double[0];
        private int population = 1;

        @Override
        public float[] begin(float[] model, int participants) {
            population = participants;
            if (control.length == 0) {
                control = new double[model.length];
            }
            change = new double[model.length];
            float[] sent = new float[model.length];
            for (int i = 0; i < sent.length; i++) {
                sent[i] = (float) control[i];
            }
            return sent;
        }

        @Override
        public Contribution contribution(LocalWork work) {
            float[] own = work.control();
            if (own != null) {
                for (int i = 0; i < change.length; i++) {
                    change[i] += own[i];
                }
            }
            return new Contribution(work.parameters(), work.weight());
        }

        @Override
        public void combined(float[] model, double[] combined) {
            for (int i = 0; i < control.length; i++) {
                control[i] += change[i] / population;
            }
        }

        @Override
        public double[][] state() {
            return new double[][] {control};
        }

        @Override
        public void restore(double[][] state) {
            control = state[0].clone();
        }
    }
}
