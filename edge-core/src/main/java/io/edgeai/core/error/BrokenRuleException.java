package io.edgeai.core.error;

/** A solver plugged in answered with something that breaks a rule of the problem; the message says which and where. */
public final class BrokenRuleException extends EdgeException {
    private static final long serialVersionUID = 1L;

    private final String rule;

    public BrokenRuleException(String rule, String message) {
        super(message);
        this.rule = rule;
    }

    /** Short lower-case name of the rule, e.g. {@code "memory"}. */
    public String rule() {
        return rule;
    }
}
