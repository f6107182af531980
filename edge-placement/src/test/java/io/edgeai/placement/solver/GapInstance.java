package io.edgeai.placement.solver;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Scanner;
import java.util.stream.IntStream;

/**
 * A generalized assignment problem as a placement instance: agents are nodes whose CPU is the capacity, items are
 * groups of one replica. Text: number of agents and items, costs by agent, weights by agent, capacities.
 */
final class GapInstance {
    private GapInstance() {}

    static Instance parse(String text) {
        Scanner numbers = new Scanner(text);
        int agents = numbers.nextInt();
        int items = numbers.nextInt();
        int[][] cost = matrix(numbers, agents, items);
        int[][] weight = matrix(numbers, agents, items);
        List<Bin> bins = new ArrayList<>();
        for (int a = 0; a < agents; a++) {
            bins.add(new Bin(a, numbers.nextInt(), 0, 0, List.of()));
        }
        List<Group> groups = new ArrayList<>();
        for (int j = 0; j < items; j++) {
            List<Option> options = new ArrayList<>();
            for (int a = 0; a < agents; a++) {
                if (weight[a][j] <= bins.get(a).cpuMillis()) {
                    options.add(new Option(a, a, 0, cost[a][j], weight[a][j], 0, 0, -1, 0, 0));
                }
            }
            options.sort(Comparator.comparingDouble(Option::cost).thenComparingInt(Option::node));
            groups.add(new Group(1, 0, options, Group.Apart.NONE, List.of(), List.of()));
        }
        return new Instance(groups, bins, IntStream.range(0, agents).boxed().toList());
    }

    private static int[][] matrix(Scanner numbers, int rows, int columns) {
        int[][] matrix = new int[rows][columns];
        for (int[] row : matrix) {
            for (int i = 0; i < columns; i++) {
                row[i] = numbers.nextInt();
            }
        }
        return matrix;
    }
}
