package io.edgeai.monitor.anomaly.series;

/**
 * Distance of a short shape to the nearest of 128 shapes seen before, which follow the series (a growing vector
 * quantiser that keeps about 7 % inserts).
 */
final class Prototypes {
    static final int SIZE = 6;
    private static final int CAPACITY = 128;

    private final float[] shapes = new float[CAPACITY * SIZE];
    private final int[] lastMatch = new int[CAPACITY];
    private int used;
    private int row;
    private double reach = 0.3;

    /** Distance to the nearest shape, root mean square; then learns the shape. */
    double novelty(float[] shape) {
        row++;
        int nearest = -1;
        float best = Float.MAX_VALUE;
        for (int p = 0; p < used; p++) {
            float sum = 0;
            for (int i = 0, at = p * SIZE; i < SIZE; i++, at++) {
                float off = shape[i] - shapes[at];
                sum += off * off;
            }
            if (sum < best) {
                best = sum;
                nearest = p;
            }
        }
        double distance = nearest < 0 ? 0 : Math.sqrt(best / SIZE);
        if (nearest < 0 || distance > reach) {
            insert(shape);
            reach *= 1.02;
        } else {
            for (int i = 0, at = nearest * SIZE; i < SIZE; i++, at++) {
                shapes[at] += 0.05f * (shape[i] - shapes[at]);
            }
            lastMatch[nearest] = row;
            reach *= 0.9985;
        }
        return distance;
    }

    private void insert(float[] shape) {
        int place = 0;
        if (used < CAPACITY) {
            place = used++;
        } else {
            for (int p = 1; p < CAPACITY; p++) {
                place = lastMatch[p] < lastMatch[place] ? p : place;
            }
        }
        System.arraycopy(shape, 0, shapes, place * SIZE, SIZE);
        lastMatch[place] = row;
    }

    void state(StateFlow flow) {
        flow.all(shapes);
        flow.all(lastMatch);
        used = flow.whole(used);
        row = flow.whole(row);
        reach = flow.real(reach);
    }
}
