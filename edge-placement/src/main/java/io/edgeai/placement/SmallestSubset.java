package io.edgeai.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Finds a subset that is enough to make a property true and from which nothing can be left out, in about {@code 2k ·
 * log₂(n/k) + 2k} questions for a subset of {@code k} out of {@code n} (QuickXplain, Junker, AAAI 2004). The property must
 * stay true when elements are added.
 */
final class SmallestSubset<T> {
    private final Predicate<List<T>> property;

    private SmallestSubset(Predicate<List<T>> property) {
        this.property = property;
    }

    /** The subset, in the order of the elements; the property must be true of all of them. */
    static <T> List<T> of(List<T> elements, Predicate<List<T>> property) {
        if (property.test(List.of())) {
            return List.of();
        }
        List<T> found = new SmallestSubset<>(property).search(List.of(), false, elements);
        return elements.stream().filter(found::contains).toList();
    }

    private List<T> search(List<T> given, boolean grown, List<T> elements) {
        if (grown && property.test(given)) {
            return List.of();
        }
        if (elements.size() == 1) {
            return elements;
        }
        List<T> first = elements.subList(0, elements.size() / 2);
        List<T> second = elements.subList(elements.size() / 2, elements.size());
        List<T> ofSecond = search(join(given, first), true, second);
        List<T> ofFirst = search(join(given, ofSecond), !ofSecond.isEmpty(), first);
        return join(ofFirst, ofSecond);
    }

    private static <T> List<T> join(List<T> one, List<T> other) {
        List<T> both = new ArrayList<>(one);
        both.addAll(other);
        return both;
    }
}
