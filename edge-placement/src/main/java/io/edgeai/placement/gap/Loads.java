package io.edgeai.placement.gap;

import java.util.Arrays;

/** An assignment with the items of each agent at hand; capacities may be exceeded. Not thread-safe. */
final class Loads {
    private final GapProblem problem;
    private final int[] agentOf;
    private final int[] load;
    private final int[][] held;
    private final int[] count;
    private final int[] place;
    private long cost;
    private long excess;

    Loads(GapProblem problem, int[] assignment) {
        this.problem = problem;
        this.agentOf = assignment.clone();
        this.load = new int[problem.agents()];
        this.held = new int[problem.agents()][8];
        this.count = new int[problem.agents()];
        this.place = new int[assignment.length];
        for (int j = 0; j < agentOf.length; j++) {
            enter(j, agentOf[j]);
        }
    }

    int agentOf(int item) {
        return agentOf[item];
    }

    int load(int agent) {
        return load[agent];
    }

    /** Capacity less load; negative where exceeded. */
    int room(int agent) {
        return problem.capacity(agent) - load[agent];
    }

    int count(int agent) {
        return count[agent];
    }

    int held(int agent, int index) {
        return held[agent][index];
    }

    long cost() {
        return cost;
    }

    /** Weight above capacity, of all agents. */
    long excess() {
        return excess;
    }

    /** The assignment itself, not a copy. */
    int[] assignment() {
        return agentOf;
    }

    void move(int item, int agent) {
        int from = agentOf[item];
        int last = held[from][--count[from]];
        held[from][place[item]] = last;
        place[last] = place[item];
        weigh(from, -problem.weight(from, item));
        cost -= problem.cost(from, item);
        enter(item, agent);
    }

    private void enter(int item, int agent) {
        if (count[agent] == held[agent].length) {
            held[agent] = Arrays.copyOf(held[agent], 2 * count[agent]);
        }
        agentOf[item] = agent;
        place[item] = count[agent];
        held[agent][count[agent]++] = item;
        weigh(agent, problem.weight(agent, item));
        cost += problem.cost(agent, item);
    }

    private void weigh(int agent, int weight) {
        excess -= Math.max(0, -room(agent));
        load[agent] += weight;
        excess += Math.max(0, -room(agent));
    }
}
