package io.edgeai.core.validation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.VersionRef;
import java.util.ArrayList;
import java.util.List;

/**
 * What all gates found of a version.
 *
 * @param version which version
 * @param results one a gate that was run, in order; gates after the first failure are not run
 */
public record ValidationReport(VersionRef version, List<GateResult> results) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public ValidationReport {
        results = List.copyOf(results);
    }

    /**
     * Runs gates up to the first that fails.
     *
     * @throws InvalidInputException where there are none
     */
    public static ValidationReport of(Candidate candidate, List<ValidationGate> gates) {
        requireSome(gates);
        List<GateResult> results = new ArrayList<>();
        for (ValidationGate gate : gates) {
            GateResult result = run(gate, candidate);
            results.add(result);
            if (!result.passed()) {
                break;
            }
        }
        return new ValidationReport(candidate.version().ref(), results);
    }

    /** @throws InvalidInputException where there are no gates: nothing would be validated */
    public static void requireSome(List<ValidationGate> gates) {
        if (gates.isEmpty()) {
            throw new InvalidInputException(
                    "Gates are empty, which would let anything pass. Maybe use ValidationGates.standard().");
        }
    }

    private static GateResult run(ValidationGate gate, Candidate candidate) {
        try {
            return gate.check(candidate);
        } catch (RuntimeException | LinkageError e) {
            String message = e.getMessage() == null ? e.toString() : e.getMessage();
            return GateResult.failed(gate.name(), message);
        }
    }

    public boolean passed() {
        return results.stream().allMatch(GateResult::passed);
    }

    /** E.g. {@code "format scan failed: …"}, or the names of the gates passed. */
    public String summary() {
        return results.stream()
                .filter(result -> !result.passed())
                .findFirst()
                .map(result -> result.gate() + " failed: " + result.detail())
                .orElseGet(() -> "passed "
                        + String.join(
                                ", ", results.stream().map(GateResult::gate).toList()));
    }

    /** {@code [{"gate":…,"passed":…,"detail":…,"figures":{…}},…]}, as the audit keeps it. */
    public String json() {
        ArrayNode array = JSON.createArrayNode();
        for (GateResult result : results) {
            ObjectNode node = array.addObject()
                    .put("gate", result.gate())
                    .put("passed", result.passed())
                    .put("detail", result.detail());
            ObjectNode figures = node.putObject("figures");
            result.figures().forEach(figures::put);
        }
        return array.toString();
    }
}
