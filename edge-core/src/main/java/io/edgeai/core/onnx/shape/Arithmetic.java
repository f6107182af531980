package io.edgeai.core.onnx.shape;

import io.edgeai.core.model.ElementType;
import java.util.List;

/** What operators do to single numbers, as far as these are known. */
final class Arithmetic {
    private Arithmetic() {}

    enum Unary {
        IDENTITY("Identity") {
            @Override
            Term apply(Term x) {
                return x;
            }
        },
        NEG("Neg") {
            @Override
            Term apply(Term x) {
                return x.times(Term.of(-1));
            }
        },
        ABS("Abs") {
            @Override
            Term apply(Term x) {
                return x.exact() ? Term.of(Math.abs(x.or(0))) : real(x) ? Term.of(Math.abs(x.real())) : Term.UNKNOWN;
            }
        },
        FLOOR("Floor") {
            @Override
            Term apply(Term x) {
                return x instanceof Term.Real real ? Term.of(Math.floor(real.value())) : x;
            }
        },
        CEIL("Ceil") {
            @Override
            Term apply(Term x) {
                return x instanceof Term.Real real ? Term.of(Math.ceil(real.value())) : x;
            }
        },
        ROUND("Round") {
            @Override
            Term apply(Term x) {
                return x instanceof Term.Real real ? Term.of(Math.rint(real.value())) : x;
            }
        },
        SQRT("Sqrt") {
            @Override
            Term apply(Term x) {
                return real(x) ? Term.of(Math.sqrt(x.real())) : Term.UNKNOWN;
            }
        },
        NOT("Not") {
            @Override
            Term apply(Term x) {
                return x.exact() ? truth(x.is(0)) : Term.UNKNOWN;
            }
        };

        private final String operator;

        Unary(String operator) {
            this.operator = operator;
        }

        String operator() {
            return operator;
        }

        abstract Term apply(Term x);
    }

    enum Binary {
        ADD("Add"),
        SUB("Sub"),
        MUL("Mul"),
        DIV("Div"),
        MOD("Mod"),
        POW("Pow"),
        EQUAL("Equal"),
        GREATER("Greater"),
        GREATER_OR_EQUAL("GreaterOrEqual"),
        LESS("Less"),
        LESS_OR_EQUAL("LessOrEqual"),
        AND("And"),
        OR("Or"),
        XOR("Xor");

        private final String operator;

        Binary(String operator) {
            this.operator = operator;
        }

        String operator() {
            return operator;
        }

        /** Whether the answer is a BOOL. */
        boolean logical() {
            return compareTo(EQUAL) >= 0;
        }

        /** @param whole whether the operands are integers, which divide without remainder */
        Term apply(Term a, Term b, boolean whole) {
            return switch (this) {
                case ADD -> a.plus(b);
                case SUB -> a.minus(b);
                case MUL -> a.times(b);
                case DIV -> divide(a, b, whole);
                case MOD ->
                    a.exact() && b.exact() && !b.is(0) ? Term.of(Math.floorMod(a.or(0), b.or(1))) : Term.UNKNOWN;
                case POW -> real(a) && real(b) ? Term.of(Math.pow(a.real(), b.real())) : Term.UNKNOWN;
                case EQUAL -> Term.same(a, b) ? Term.ONE : compare(a, b, order(a, b) == 0);
                case GREATER -> compare(a, b, order(a, b) > 0);
                case GREATER_OR_EQUAL -> compare(a, b, order(a, b) >= 0);
                case LESS -> compare(a, b, order(a, b) < 0);
                case LESS_OR_EQUAL -> compare(a, b, order(a, b) <= 0);
                case AND -> a.is(0) || b.is(0) ? Term.ZERO : compare(a, b, true);
                case OR -> a.is(1) || b.is(1) ? Term.ONE : compare(a, b, false);
                case XOR -> compare(a, b, !a.equals(b));
            };
        }
    }

    /** What is left of a division rounded towards zero, as C's fmod has it. */
    static Term remainder(Term a, Term b) {
        return a.exact() && b.exact() && !b.is(0) ? Term.of(a.or(0) % b.or(1)) : Term.UNKNOWN;
    }

    private static Term divide(Term a, Term b, boolean whole) {
        if (whole) {
            return a.dividedBy(b);
        }
        if (real(a) && real(b) && b.real() != 0) {
            return Term.of(a.real() / b.real());
        }
        return b.is(1) ? a : Term.same(a, b) ? Term.ONE : Term.UNKNOWN;
    }

    /** Whole numbers beyond 2^53 differ where their doubles do not. */
    private static int order(Term a, Term b) {
        return a.exact() && b.exact() ? Long.compare(a.or(0), b.or(0)) : Double.compare(a.real(), b.real());
    }

    private static Term compare(Term a, Term b, boolean answer) {
        return real(a) && real(b) ? truth(answer) : Term.UNKNOWN;
    }

    private static Term truth(boolean value) {
        return value ? Term.ONE : Term.ZERO;
    }

    private static boolean real(Term term) {
        return !Double.isNaN(term.real());
    }

    /** Sum, Max, Min or Mean of some numbers. */
    static Term fold(String operator, List<Term> terms) {
        if (operator.equals("Mean")) {
            return Term.UNKNOWN;
        }
        Term folded = terms.get(0);
        for (Term term : terms.subList(1, terms.size())) {
            if (operator.equals("Sum")) {
                folded = folded.plus(term);
            } else if (!real(folded) || !real(term)) {
                folded = Term.same(folded, term) ? folded : Term.UNKNOWN;
            } else {
                boolean first = operator.equals("Max") == folded.real() >= term.real();
                folded = first ? folded : term;
            }
        }
        return folded;
    }

    /** A number as an element type holds it: cast to it, or computed in it. */
    static Term convert(Term term, ElementType to) {
        return switch (to) {
            case FLOAT -> real(term) ? Term.of((double) (float) term.real()) : term;
            case DOUBLE -> real(term) ? Term.of(term.real()) : term;
            case BOOL -> real(term) ? truth(term.real() != 0) : Term.UNKNOWN;
            case INT64 -> term instanceof Term.Real real ? whole(real) : term;
            case INT32 ->
                term instanceof Term.Exact exact && Math.abs(exact.value()) > Integer.MAX_VALUE
                        ? Term.UNKNOWN
                        : term instanceof Term.Real real ? whole(real) : term;
            default -> Term.UNKNOWN;
        };
    }

    private static Term whole(Term.Real real) {
        return Double.isFinite(real.value()) && Math.abs(real.value()) < 1e9
                ? Term.of((long) real.value())
                : Term.UNKNOWN;
    }
}
