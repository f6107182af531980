package io.edgeai.optimize.prune.channels;

import io.edgeai.core.model.Dim;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The size of an axis, or of several merged into one: a number times sizes that are not known, such as {@code 4*batch}.
 *
 * @param number the known factor
 * @param open the unknown factors in order
 */
record Extent(long number, List<String> open) {
    static final Extent ONE = new Extent(1, List.of());

    /** That of an axis; null where nothing is known of it. */
    static @Nullable Extent of(Dim dim) {
        if (dim.known()) {
            return new Extent(dim.size(), List.of());
        }
        if (dim.symbol().isEmpty()) {
            return null;
        }
        String[] factors = dim.symbol().split("\\*", -1);
        boolean product = Arrays.stream(factors).allMatch(Extent::plain);
        if (!product) {
            return new Extent(1, List.of(dim.symbol()));
        }
        boolean numbered = factors.length > 1 && factors[0].chars().allMatch(Character::isDigit);
        List<String> open =
                Arrays.stream(factors).skip(numbered ? 1 : 0).sorted().toList();
        return new Extent(numbered ? Long.parseLong(factors[0]) : 1, open);
    }

    private static boolean plain(String factor) {
        return !factor.isEmpty() && factor.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_' || c == ' ');
    }

    /** That of two axes merged into one. */
    Extent times(Extent other) {
        List<String> all =
                Stream.concat(open.stream(), other.open.stream()).sorted().toList();
        return new Extent(Math.multiplyExact(number, other.number), all);
    }
}
