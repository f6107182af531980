package io.edgeai.monitor.anomaly.series;

/** Where each group of deviations has its surprise. */
final class Groups {
    static final int POINT = 0;
    static final int MEAN = 1;
    static final int LEVEL = 2;
    static final int MEANS = 3;
    static final int VOLATILITY = 4;
    static final int NOVELTY = 5;
    static final int ORDER = 6;
    static final int JUMP = 7;
    static final int LONG_JUMP = 8;
    static final int BUILT_IN = 9;

    private Groups() {}
}
