package io.edgeai.placement.gap;

import io.edgeai.core.error.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringTokenizer;

/**
 * A generalized assignment problem: which of {@code m} agents takes which of {@code n} items, each item exactly once, at
 * least cost, so that the weights on an agent stay within its capacity. Immutable and thread-safe.
 */
public final class GapProblem {
    /** Most agents times items. */
    public static final int MAX_PAIRS = 20_000_000;

    /** Largest cost by magnitude, weight and capacity. */
    public static final int MAX_NUMBER = 100_000_000;

    private final int agents;
    private final int items;
    private final int[] cost;
    private final int[] weight;
    private final int[] capacity;

    private GapProblem(int agents, int items) {
        this.agents = agents;
        this.items = items;
        this.cost = new int[agents * items];
        this.weight = new int[agents * items];
        this.capacity = new int[agents];
    }

    /**
     * A problem from tables by agent, then item.
     *
     * @throws InvalidInputException where tables are not of one size, or a number is out of range
     */
    public static GapProblem of(int[][] cost, int[][] weight, int[] capacity) {
        int agents = capacity.length;
        int items = agents == 0 || cost.length == 0 ? 0 : cost[0].length;
        requireSize(agents, items);
        if (cost.length != agents || weight.length != agents) {
            throw new InvalidInputException("There are (" + agents + ") capacities, but (" + cost.length
                    + ") rows of costs and (" + weight.length + ") of weights.");
        }
        GapProblem problem = new GapProblem(agents, items);
        for (int i = 0; i < agents; i++) {
            if (cost[i].length != items || weight[i].length != items) {
                throw new InvalidInputException("Agent (" + i + ") has (" + cost[i].length + ") costs and ("
                        + weight[i].length + ") weights for (" + items + ") items.");
            }
            problem.capacity[i] = within("capacity of agent (" + i + ")", capacity[i], 0);
            for (int j = 0; j < items; j++) {
                problem.put(i, j, cost[i][j], weight[i][j]);
            }
        }
        return problem;
    }

    /**
     * The OR-Library's text: number of agents and items, a row of costs for each agent, a row of weights for each agent,
     * capacities.
     *
     * @throws InvalidInputException where the text is not that
     */
    public static GapProblem parse(String text) {
        Numbers numbers = new Numbers(text);
        int agents = numbers.next("number of agents");
        int items = numbers.next("number of items");
        requireSize(agents, items);
        int[][] cost = numbers.table("cost", agents, items);
        int[][] weight = numbers.table("weight", agents, items);
        int[] capacity = numbers.table("capacity", 1, agents)[0];
        numbers.requireEnd();
        return of(cost, weight, capacity);
    }

    /** {@link #parse} of a file. */
    public static GapProblem read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (InvalidInputException e) {
            throw new InvalidInputException("File (" + file + "): " + e.getMessage(), e);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "File (" + file + ") cannot be read as text. Maybe the path is wrong.",
                    new UncheckedIOException(e));
        }
    }

    public int agents() {
        return agents;
    }

    public int items() {
        return items;
    }

    public int cost(int agent, int item) {
        return cost[item * agents + agent];
    }

    public int weight(int agent, int item) {
        return weight[item * agents + agent];
    }

    public int capacity(int agent) {
        return capacity[agent];
    }

    /** Whether the agent could hold the item if it held nothing else. */
    boolean possible(int agent, int item) {
        return weight(agent, item) <= capacity[agent];
    }

    private void put(int agent, int item, int itsCost, int itsWeight) {
        cost[item * agents + agent] = within("cost of item (" + item + ")", itsCost, -MAX_NUMBER);
        weight[item * agents + agent] = within("weight of item (" + item + ")", itsWeight, 0);
    }

    private static int within(String what, int value, int least) {
        if (value < least || value > MAX_NUMBER) {
            throw new InvalidInputException("The " + what + " is (" + value + "), outside " + least + " to "
                    + MAX_NUMBER + ". Maybe scale the numbers.");
        }
        return value;
    }

    private static void requireSize(int agents, int items) {
        if (agents < 1 || items < 1 || (long) agents * items > MAX_PAIRS) {
            throw new InvalidInputException("A problem of (" + agents + ") agents and (" + items
                    + ") items is not possible. Maybe it is no OR-Library text; there are 1 to " + MAX_PAIRS
                    + " pairs.");
        }
    }

    /** Whole numbers between white space. */
    private static final class Numbers {
        private final StringTokenizer tokens;

        Numbers(String text) {
            this.tokens = new StringTokenizer(text);
        }

        int next(String what) {
            if (!tokens.hasMoreTokens()) {
                throw new InvalidInputException("The text ends before a " + what + ". Maybe it was cut off.");
            }
            String token = tokens.nextToken();
            try {
                return Integer.parseInt(token);
            } catch (NumberFormatException e) {
                throw new InvalidInputException("A " + what + " is (" + token + "), not a whole number.", e);
            }
        }

        int[][] table(String what, int rows, int columns) {
            int[][] table = new int[rows][columns];
            for (int[] row : table) {
                for (int i = 0; i < columns; i++) {
                    row[i] = next(what);
                }
            }
            return table;
        }

        void requireEnd() {
            if (tokens.hasMoreTokens()) {
                throw new InvalidInputException("The text goes on after the capacities with (" + tokens.nextToken()
                        + "). Maybe the file holds several problems; give one.");
            }
        }
    }
}
