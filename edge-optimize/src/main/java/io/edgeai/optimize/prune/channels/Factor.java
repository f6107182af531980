package io.edgeai.optimize.prune.channels;

import io.edgeai.core.model.Dim;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An axis, or one of the two that an axis such as {@code 4*batch} is: outside the part of unknown size, inside of it what
 * that part repeats.
 *
 * @param axis the axis
 * @param extent its size; null where nothing is known of it
 */
record Factor(int axis, @Nullable Extent extent) {
    /** Those of some axes, outermost first. */
    static List<Factor> of(List<Dim> dims, int first, int end) {
        List<Factor> factors = new ArrayList<>();
        for (int axis = first; axis < end; axis++) {
            Extent extent = Extent.of(dims.get(axis));
            if (extent != null && !extent.open().isEmpty() && extent.number() > 1) {
                factors.add(new Factor(axis, new Extent(1, extent.open())));
                factors.add(new Factor(axis, new Extent(extent.number(), List.of())));
            } else {
                factors.add(new Factor(axis, extent));
            }
        }
        return factors;
    }

    /**
     * How many of the first factors hold as many elements as the first {@code axes} less so many of others; -1 where no
     * number does.
     */
    static int boundary(List<Factor> these, List<Factor> those, int axes) {
        for (int own = Math.max(0, axes - those.size()); own <= Math.min(axes, these.size()); own++) {
            Extent a = product(these.subList(0, own));
            if (a != null && a.equals(product(those.subList(0, axes - own)))) {
                return own;
            }
        }
        return -1;
    }

    private static @Nullable Extent product(List<Factor> factors) {
        Extent product = Extent.ONE;
        for (Factor factor : factors) {
            if (factor.extent == null) {
                return null;
            }
            product = product.times(factor.extent);
        }
        return product;
    }

    static boolean known(List<Factor> factors) {
        return factors.stream().noneMatch(factor -> factor.extent == null || factor.open());
    }

    /** Whether it stands for sizes that are not known alone, along which there are no channels. */
    boolean open() {
        return extent != null && !extent.open().isEmpty();
    }

    /** How many indices it has. */
    int width() {
        return extent == null ? 1 : Math.toIntExact(extent.number());
    }
}
