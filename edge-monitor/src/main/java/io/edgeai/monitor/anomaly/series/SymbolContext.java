package io.edgeai.monitor.anomaly.series;

/**
 * Surprise of the next symbol (one of ten) given up to three before it, from backed-off counts in hashed tables of 1024
 * cells per order; smoothed over about two rows.
 */
final class SymbolContext {
    private static final int ORDERS = 4;
    private static final int CELLS = 1024;
    private static final int SYMBOLS = 10;
    private static final double PRIOR = 1.5;

    private final char[] pairs = new char[ORDERS * CELLS];
    private final char[] contexts = new char[ORDERS * CELLS];
    private int past;
    private double smoothed;

    double surprise(int symbol) {
        double p = 0.1;
        int context = 0;
        int power = 1;
        for (int order = 0; order < ORDERS; order++) {
            int at = order * CELLS + context;
            int pair = order * CELLS + Math.floorMod((context * SYMBOLS + symbol) * 0x9E3779B1 >>> 12, CELLS);
            p = (Math.min(pairs[pair], contexts[at]) + PRIOR * p) / (contexts[at] + PRIOR);
            count(pairs, pair);
            count(contexts, at);
            context = past % (power * SYMBOLS);
            power *= SYMBOLS;
        }
        past = past % 100 * SYMBOLS + symbol;
        smoothed += 0.5 * (-Math.log(p) - smoothed);
        return smoothed;
    }

    private static void count(char[] cells, int at) {
        if (cells[at] < Character.MAX_VALUE) {
            cells[at]++;
        }
    }

    void state(StateFlow flow) {
        flow.all(pairs);
        flow.all(contexts);
        past = flow.whole(past);
        smoothed = flow.real(smoothed);
    }
}
