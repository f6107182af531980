package io.edgeai.optimize.search;

import java.util.Comparator;

/** What makes one candidate better than another where both satisfy all limits. */
public enum Preference {
    /** Both count: twice as fast is worth as much as a quarter of the size. The default. */
    BALANCED {
        @Override
        double score(Figures figures) {
            return Math.log(figures.speed()) - Math.log(figures.sizeShare()) / 2;
        }
    },
    /** The fastest; speeds within 3 % count as equal, then the smaller file wins. */
    SPEED {
        @Override
        double score(Figures figures) {
            return Math.rint(Math.log(figures.speed()) / Math.log(Constraints.NOISE)) - figures.sizeShare() / 100;
        }
    },
    /** The smallest; sizes within 3 % of the original's count as equal, then the faster one wins. */
    SIZE {
        @Override
        double score(Figures figures) {
            return -Math.rint(figures.sizeShare() / (Constraints.NOISE - 1)) + Math.atan(figures.speed()) / 10;
        }
    };

    /** Higher is better. */
    abstract double score(Figures figures);

    /** Best first. */
    public Comparator<Figures> order() {
        return Comparator.comparingDouble(this::score).reversed();
    }
}
