package io.edgeai.formats.openvino;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;

/** Boxes of left, top, right and bottom, and what becomes of those that overlap, written out. */
final class Boxes {
    private Boxes() {}

    /** The share of the common area; pixels of the edges count where {@code pixel} is 1. */
    static double overlap(double[] a, double[] b, double pixel) {
        double wide = Math.min(a[2], b[2]) - Math.max(a[0], b[0]) + pixel;
        double high = Math.min(a[3], b[3]) - Math.max(a[1], b[1]) + pixel;
        double both = Math.max(0, wide) * Math.max(0, high);
        double together = area(a, pixel) + area(b, pixel) - both;
        return together <= 0 ? 0 : both / together;
    }

    static double area(double[] box, double pixel) {
        return (box[2] - box[0] + pixel) * (box[3] - box[1] + pixel);
    }

    static boolean touch(double[] a, double[] b) {
        return a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
    }

    /** Numbers of the boxes that stay, out of those in a falling order. */
    static List<Integer> kept(
            List<Integer> order, List<double[]> boxes, double most, double pixel, boolean touching, int limit) {
        List<Integer> kept = new ArrayList<>();
        for (int each : order) {
            boolean free = kept.stream().allMatch(k -> {
                double[] a = boxes.get(k);
                double[] b = boxes.get(each);
                return (touching && !touch(a, b)) || overlap(a, b, pixel) <= most;
            });
            if (free && kept.size() < limit) {
                kept.add(each);
            }
        }
        return kept;
    }

    /** Numbers from 0 by a falling score, of equal ones the first before. */
    static List<Integer> falling(double[] scores, IntPredicate counts) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
            if (counts.test(i)) {
                order.add(i);
            }
        }
        order.sort((a, b) -> Double.compare(scores[b], scores[a]));
        return order;
    }

    /** Centers moved by shares of the sizes, sizes multiplied by exponentials. */
    static double[] refined(double[] box, double[] change, double pixel, double back, double most) {
        double wide = box[2] - box[0] + pixel;
        double high = box[3] - box[1] + pixel;
        double x = box[0] + wide / 2 + change[0] * wide;
        double y = box[1] + high / 2 + change[1] * high;
        double halfWide = Math.exp(Math.min(change[2], most)) * wide / 2;
        double halfHigh = Math.exp(Math.min(change[3], most)) * high / 2;
        return new double[] {x - halfWide, y - halfHigh, x + halfWide - back, y + halfHigh - back};
    }

    static double[] clipped(double[] box, double wide, double high) {
        return new double[] {
            Math.max(0, Math.min(box[0], wide)),
            Math.max(0, Math.min(box[1], high)),
            Math.max(0, Math.min(box[2], wide)),
            Math.max(0, Math.min(box[3], high))
        };
    }

    /** Scores between 0 and 1 of which no two are equal, exact in 32 bits. */
    static Grid scores(Random random, int... dims) {
        double[] ranks = random.ints(1, 4096)
                .distinct()
                .limit(Grid.count(dims))
                .mapToDouble(i -> i / 4096.)
                .toArray();
        return new Grid(ranks, dims);
    }

    /** Boxes of some size on a map of 32 by 32, in steps of an eighth. */
    static Grid boxes(Random random, int... dims) {
        Grid corners = Grid.filled(at -> random.nextInt(160) / 8., dims);
        Grid sizes = Grid.filled(at -> 2 + random.nextInt(80) / 8., dims);
        return Grid.filled(
                at -> {
                    int[] first = at.clone();
                    first[at.length - 1] = at[at.length - 1] % 2;
                    return corners.at(first) + (at[at.length - 1] < 2 ? 0 : sizes.at(first));
                },
                dims);
    }

    static double[] row(Grid boxes, int... at) {
        double[] row = new double[4];
        for (int i = 0; i < 4; i++) {
            int[] place = java.util.Arrays.copyOf(at, at.length + 1);
            place[at.length] = i;
            row[i] = boxes.at(place);
        }
        return row;
    }
}
