#!/bin/bash
# Target tracking set up with the AWS CLI, and Contributor Insights.
set -eu

ddb() {
	/usr/bin/aws "$@" --endpoint-url "$DYNAMO_ENDPOINT" --output text
}

ddb dynamodb create-table --table-name ScaledShell --provisioned-throughput ReadCapacityUnits=5,WriteCapacityUnits=5 \
	--attribute-definitions AttributeName=p,AttributeType=S --key-schema AttributeName=p,KeyType=HASH >/dev/null
target=(--service-namespace dynamodb --resource-id table/ScaledShell --scalable-dimension dynamodb:table:WriteCapacityUnits)
ddb application-autoscaling register-scalable-target "${target[@]}" --min-capacity 6 --max-capacity 12
[ "$(ddb dynamodb describe-table --table-name ScaledShell --query Table.ProvisionedThroughput.WriteCapacityUnits)" = 6 ]
ddb application-autoscaling put-scaling-policy "${target[@]}" --policy-name shell --policy-type TargetTrackingScaling \
	--target-tracking-scaling-policy-configuration \
	'{"TargetValue": 70.0, "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"}}' >/dev/null
[ "$(ddb application-autoscaling describe-scaling-policies --service-namespace dynamodb --resource-id table/ScaledShell \
	--query 'ScalingPolicies[].[PolicyName, TargetTrackingScalingPolicyConfiguration.TargetValue]' | tr '\t' ' ')" = "shell 70.0" ]
ddb application-autoscaling deregister-scalable-target "${target[@]}"
[ "$(ddb application-autoscaling describe-scalable-targets --service-namespace dynamodb --resource-ids table/ScaledShell --query 'ScalableTargets[]')" = "" ]

[ "$(ddb dynamodb update-contributor-insights --table-name ScaledShell --contributor-insights-action ENABLE --query ContributorInsightsStatus)" = ENABLING ]
[ "$(ddb dynamodb describe-contributor-insights --table-name ScaledShell --query ContributorInsightsStatus)" = ENABLED ]
[ "$(ddb dynamodb list-contributor-insights --table-name ScaledShell --query 'ContributorInsightsSummaries[].ContributorInsightsStatus')" = ENABLED ]
ddb dynamodb delete-table --table-name ScaledShell >/dev/null
