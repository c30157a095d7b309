#!/usr/bin/env node
// Application Auto Scaling with AWS's SDK: as its users, and Terraform, set up target tracking of a table.
import assert from "node:assert/strict";
import {
	ApplicationAutoScalingClient, DeleteScalingPolicyCommand, DeregisterScalableTargetCommand, DescribeScalableTargetsCommand,
	DescribeScalingActivitiesCommand, DescribeScalingPoliciesCommand, InvalidNextTokenException, ListTagsForResourceCommand, ObjectNotFoundException,
	PutScalingPolicyCommand, RegisterScalableTargetCommand, TagResourceCommand, UntagResourceCommand, ValidationException,
} from "@aws-sdk/client-application-auto-scaling";
import { CreateTableCommand, DeleteTableCommand, DescribeTableCommand, DynamoDBClient, TagResourceCommand as TagTableCommand } from "@aws-sdk/client-dynamodb";

const TableName = "ScaledNode";
const dynamo = new DynamoDBClient({});
const scaling = new ApplicationAutoScalingClient({ endpoint: process.env.DYNAMO_ENDPOINT });
const target = { ServiceNamespace: "dynamodb", ResourceId: `table/${TableName}`, ScalableDimension: "dynamodb:table:ReadCapacityUnits" };
const PolicyName = "reads";
const TargetTrackingScalingPolicyConfiguration = {
	TargetValue: 62.5, ScaleInCooldown: 60, ScaleOutCooldown: 30, DisableScaleIn: true,
	PredefinedMetricSpecification: { PredefinedMetricType: "DynamoDBReadCapacityUtilization" },
};

const { TableDescription } = await dynamo.send(new CreateTableCommand({
	TableName,
	AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
	KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
	ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
}));

// Targets.
const { ScalableTargetARN } = await scaling.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 8, MaxCapacity: 40, Tags: { team: "music" } }));
const { ScalableTargets } = await scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: "dynamodb", ResourceIds: [target.ResourceId], ScalableDimension: target.ScalableDimension }));
assert.equal(ScalableTargets.length, 1);
assert.equal(ScalableTargets[0].ScalableTargetARN, ScalableTargetARN);
assert.deepEqual([ScalableTargets[0].MinCapacity, ScalableTargets[0].MaxCapacity], [8, 40]);
assert.ok(Math.abs(ScalableTargets[0].CreationTime - Date.now()) < 600_000);
const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));
assert.equal(Table.ProvisionedThroughput.ReadCapacityUnits, 8);
const { ScalingActivities } = await scaling.send(new DescribeScalingActivitiesCommand({ ServiceNamespace: "dynamodb", ResourceId: target.ResourceId }));
assert.deepEqual(ScalingActivities.map(({ Cause, StatusCode }) => [Cause, StatusCode]), [["minimum capacity was set to 8", "Successful"]]);
assert.ok(ScalingActivities[0].StartTime instanceof Date);

// Policies.
const put = more => scaling.send(new PutScalingPolicyCommand({ ...target, PolicyName, PolicyType: "TargetTrackingScaling", TargetTrackingScalingPolicyConfiguration, ...more }));
const { PolicyARN, Alarms } = await put();
assert.match(PolicyARN, /^arn:aws:autoscaling:us-east-1:000000000000:scalingPolicy:[0-9a-f-]{36}:resource\/dynamodb\/table\/ScaledNode:policyName\/reads$/);
assert.deepEqual(Alarms, []);
const policies = async () => (await scaling.send(new DescribeScalingPoliciesCommand({ ...target, PolicyNames: [PolicyName] }))).ScalingPolicies;
const [policy] = await policies();
assert.equal(policy.PolicyARN, PolicyARN);
assert.deepEqual(policy.TargetTrackingScalingPolicyConfiguration, TargetTrackingScalingPolicyConfiguration);
await put({ PolicyType: undefined, TargetTrackingScalingPolicyConfiguration: { ...TargetTrackingScalingPolicyConfiguration, TargetValue: 50 } });
const [changed] = await policies();
assert.equal(changed.TargetTrackingScalingPolicyConfiguration.TargetValue, 50);
assert.equal(+changed.CreationTime, +policy.CreationTime);
await assert.rejects(put({ PolicyName: "second" }), ValidationException);
await scaling.send(new DeleteScalingPolicyCommand({ ...target, PolicyName }));
assert.deepEqual(await policies(), []);
await assert.rejects(scaling.send(new DeleteScalingPolicyCommand({ ...target, PolicyName })), ObjectNotFoundException);

// Tags: of the target, and by the operation of the same name of DynamoDB, of the table.
const tags = async () => (await scaling.send(new ListTagsForResourceCommand({ ResourceARN: ScalableTargetARN }))).Tags;
assert.deepEqual(await tags(), { team: "music" });
await scaling.send(new TagResourceCommand({ ResourceARN: ScalableTargetARN, Tags: { cost: "1" } }));
await scaling.send(new UntagResourceCommand({ ResourceARN: ScalableTargetARN, TagKeys: ["team"] }));
assert.deepEqual(await tags(), { cost: "1" });
await dynamo.send(new TagTableCommand({ ResourceArn: TableDescription.TableArn, Tags: [{ Key: "k", Value: "v" }] }));

// What is wrong.
await assert.rejects(scaling.send(new RegisterScalableTargetCommand({ ...target, ResourceId: "table/none", MinCapacity: 1, MaxCapacity: 2 })),
	error => error instanceof ValidationException && error.message === "DynamoDB table does not exist: table/none");
await assert.rejects(scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: "dynamodb", NextToken: "x" })),
	error => error instanceof InvalidNextTokenException && error.message === "Invalid NextToken");
await scaling.send(new DeregisterScalableTargetCommand(target));
await assert.rejects(scaling.send(new DeregisterScalableTargetCommand(target)), ObjectNotFoundException);
await dynamo.send(new DeleteTableCommand({ TableName }));
