package io.edgeai.core.onnx.shape;

import io.edgeai.core.model.Dim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A number known to some degree: a whole number, a fraction, a polynomial of symbols such as {@code 2*N+1}, or unknown.
 * Equal polynomials are equal numbers; two unknowns never are.
 */
// The kinds are made by methods of Term only, so Term is always initialized before them.
@SuppressWarnings("ClassInitializationDeadlock")
sealed interface Term {
    Term UNKNOWN = new Unknown();
    Term ZERO = new Exact(0);
    Term ONE = new Exact(1);

    /** Polynomials beyond this size become unknown: symbols stay cheap. */
    int MOST_PARTS = 6;

    int MOST_FACTORS = 5;
    int LONGEST_SYMBOL = 80;

    record Exact(long value) implements Term {
        @Override
        public String toString() {
            return Long.toString(value);
        }
    }

    /** A constant that is not whole; only values have it, never dimensions. */
    record Real(double value) implements Term {}

    /** A sum of products of symbols: sorted factors to their coefficient, none zero, not only a constant. */
    record Poly(Map<List<String>, Long> parts) implements Term {
        @Override
        public String toString() {
            Map<String, Long> sorted = new TreeMap<>();
            parts.forEach((factors, scale) -> sorted.put(String.join("*", factors), scale));
            Long constant = sorted.remove("");
            StringBuilder text = new StringBuilder();
            sorted.forEach((factors, scale) -> {
                text.append(scale < 0 ? "-" : text.length() == 0 ? "" : "+");
                text.append(Math.abs(scale) == 1 ? "" : Math.abs(scale) + "*").append(factors);
            });
            if (constant != null) {
                text.append(constant < 0 ? "" : "+").append(constant);
            }
            return text.toString();
        }
    }

    /** Nothing is known of it. */
    record Unknown() implements Term {}

    static Term of(long value) {
        return new Exact(value);
    }

    static Term of(double value) {
        return value == Math.rint(value) && Math.abs(value) < 9e15 ? new Exact((long) value) : new Real(value);
    }

    static Term of(Dim dim) {
        return dim.known() ? of(dim.size()) : symbol(dim.symbol());
    }

    /** A positive number of that name; unknown for an empty or overlong name. */
    static Term symbol(String name) {
        return name.isEmpty() || name.length() > LONGEST_SYMBOL ? UNKNOWN : new Poly(Map.of(List.of(name), 1L));
    }

    /** This number as a dimension. */
    default Dim dim() {
        if (this instanceof Exact exact) {
            return Dim.of(exact.value());
        }
        String name = this instanceof Poly ? toString() : "";
        return name.isEmpty() || name.length() > LONGEST_SYMBOL ? Dim.UNKNOWN : Dim.symbolic(name);
    }

    default boolean exact() {
        return this instanceof Exact;
    }

    default boolean is(long value) {
        return this instanceof Exact exact && exact.value() == value;
    }

    /** The whole number, or {@code otherwise}. */
    default long or(long otherwise) {
        return this instanceof Exact exact ? exact.value() : otherwise;
    }

    /** The constant as a double; NaN where it is no constant. */
    default double real() {
        return this instanceof Exact exact
                ? exact.value()
                : this instanceof Real constant ? constant.value() : Double.NaN;
    }

    /** Surely the same number. */
    static boolean same(Term a, Term b) {
        return a != UNKNOWN && a.equals(b);
    }

    /** Surely different numbers. */
    static boolean differ(Term a, Term b) {
        return a instanceof Exact && b instanceof Exact && !a.equals(b);
    }

    default Term plus(Term other) {
        if (this instanceof Exact a && other instanceof Exact b) {
            return of(Math.addExact(a.value(), b.value()));
        }
        if (constant() && other.constant()) {
            return of(real() + other.real());
        }
        if (!polynomial() || !other.polynomial()) {
            return UNKNOWN;
        }
        Map<List<String>, Long> sum = new HashMap<>(parts());
        other.parts().forEach((factors, scale) -> sum.merge(factors, scale, Math::addExact));
        return polynomial(sum);
    }

    default Term minus(Term other) {
        return plus(other.times(of(-1)));
    }

    default Term minus(long other) {
        return plus(of(-other));
    }

    default Term times(Term other) {
        if (this instanceof Exact a && other instanceof Exact b) {
            return of(Math.multiplyExact(a.value(), b.value()));
        }
        if (is(0) || other.is(0)) {
            return ZERO;
        }
        if (constant() && other.constant()) {
            return of(real() * other.real());
        }
        if (!polynomial() || !other.polynomial()) {
            return is(1) ? other : other.is(1) ? this : UNKNOWN;
        }
        Map<List<String>, Long> product = new HashMap<>();
        parts().forEach((left, a) -> other.parts().forEach((right, b) -> {
            List<String> factors = new ArrayList<>(left);
            factors.addAll(right);
            factors.sort(null);
            product.merge(List.copyOf(factors), Math.multiplyExact(a, b), Math::addExact);
        }));
        return polynomial(product);
    }

    /** Rounded towards zero, as whole numbers of ONNX divide; symbols count as positive. */
    default Term dividedBy(Term other) {
        if (other.is(0)) {
            return UNKNOWN;
        }
        if (this instanceof Exact a && other instanceof Exact b) {
            return of(a.value() / b.value());
        }
        if (other.is(1)) {
            return this;
        }
        if (same(this, other)) {
            return ONE;
        }
        if (!polynomial() || !other.polynomial() || other.parts().size() != 1) {
            return UNKNOWN;
        }
        Map.Entry<List<String>, Long> by = other.parts().entrySet().iterator().next();
        Map<List<String>, Long> quotient = new HashMap<>();
        for (Map.Entry<List<String>, Long> part : parts().entrySet()) {
            List<String> left = new ArrayList<>(part.getKey());
            boolean divides =
                    part.getValue() % by.getValue() == 0 && by.getKey().stream().allMatch(left::remove);
            if (!divides) {
                return other instanceof Exact ? symbol("floor((" + this + ")/" + other + ")") : UNKNOWN;
            }
            quotient.put(List.copyOf(left), part.getValue() / by.getValue());
        }
        return polynomial(quotient);
    }

    private boolean constant() {
        return this instanceof Exact || this instanceof Real;
    }

    private boolean polynomial() {
        return this instanceof Exact || this instanceof Poly;
    }

    private Map<List<String>, Long> parts() {
        return this instanceof Poly poly ? poly.parts() : is(0) ? Map.of() : Map.of(List.of(), or(0));
    }

    private static Term polynomial(Map<List<String>, Long> parts) {
        Map<List<String>, Long> clean = new HashMap<>(parts);
        clean.values().removeIf(scale -> scale == 0);
        if (clean.isEmpty()) {
            return ZERO;
        }
        if (clean.size() == 1 && clean.containsKey(List.<String>of())) {
            return of(clean.values().iterator().next());
        }
        boolean large = clean.size() > MOST_PARTS || clean.keySet().stream().anyMatch(f -> f.size() > MOST_FACTORS);
        return large ? UNKNOWN : new Poly(Map.copyOf(clean));
    }

    static Term product(List<Term> terms) {
        Term product = ONE;
        for (Term term : terms) {
            product = product.times(term);
        }
        return product;
    }
}
